// The two ways to load a server.
//
// An open loop sends on schedule whether or not the server keeps up, as independent users do, and
// counts latency from the intended time: a server that stalls for a second is charged for every
// call that should have been answered in that second. A closed loop has N clients that each wait
// for their answer before they ask again: it finds the highest throughput, and its latencies are
// those of a load that gives way to the server.
#ifndef QUARTET_BENCH_LOAD_LOAD_LOOPS_H_
#define QUARTET_BENCH_LOAD_LOAD_LOOPS_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/clock.h"
#include "load/arrival_schedule.h"
#include "load/call_log.h"
#include "load/pacer.h"
#include "load/transport.h"

namespace quartet::bench {

struct LoadLimits {
  TimePoint start;
  TimePoint end;                  // no call is sent from then on
  std::size_t max_calls = 0;      // sent in all, warm-up too
  std::size_t in_flight_cap = 0;  // of an open loop: its memory and descriptors are bounded
};

// Where texts come from: call number n takes `texts_per_call` consecutive ones, round and round.
struct TextSource {
  std::vector<std::string> texts;  // at least texts_per_call
  std::size_t texts_per_call = 1;

  std::span<const std::string> OfCall(std::size_t number) const;
};

// Both return when the last call is done, and log every call exactly once.
void RunOpenLoop(const LoadLimits& limits, ArrivalSchedule schedule, const TextSource& texts,
                 Transport& transport, Pacer& pacer, CallLog& log);
void RunClosedLoop(const LoadLimits& limits, std::size_t clients, const TextSource& texts,
                   Transport& transport, const Clock& clock, CallLog& log);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_LOAD_LOAD_LOOPS_H_
