// What a server and the processes it has started take of the machine.
#ifndef QUARTET_BENCH_LOAD_PROCESS_USAGE_H_
#define QUARTET_BENCH_LOAD_PROCESS_USAGE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/clock.h"
#include "load/pacer.h"

namespace quartet::bench {

struct ProcessUsage {
  // User and system time, with that of children that have ended: workers that are recycled count.
  double cpu_seconds = 0;
  // Sums over the processes. A page that two of them share counts twice, except in `own`.
  std::int64_t rss_bytes = 0;
  std::int64_t anonymous_bytes = 0;
  std::int64_t file_bytes = 0;
  // What they would take with nobody else on the machine: a page that they share counts once, one
  // that others share with them too. (PSS would give a part of libtorch to whoever else runs it:
  // with two servers of one build it said 110 MB of one that takes 155.)
  std::int64_t own_bytes = 0;
  std::size_t processes = 0;
};

// Of `pid` and all its descendants, from /proc. nullopt: there is no such process.
std::optional<ProcessUsage> UsageOfTree(int pid);

struct UsageSample {
  double seconds = 0;  // since the start of the window
  ProcessUsage usage;
};

// Samples from `start` to `end`, both included, every `interval`; ends early with the process.
std::vector<UsageSample> SampleUsage(int pid, TimePoint start, TimePoint end, Duration interval,
                                     Pacer& pacer);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_LOAD_PROCESS_USAGE_H_
