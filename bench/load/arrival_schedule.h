// When the calls of an open loop are meant to go out.
#ifndef QUARTET_BENCH_LOAD_ARRIVAL_SCHEDULE_H_
#define QUARTET_BENCH_LOAD_ARRIVAL_SCHEDULE_H_

#include <cstdint>
#include <random>

#include "core/clock.h"

namespace quartet::bench {

enum class Arrivals {
  kPoisson,   // gaps drawn from an exponential distribution: independent users
  kConstant,  // equal gaps: a metronome
};

// Not thread-safe. The same for the same arguments, on every machine.
class ArrivalSchedule {
 public:
  // `per_second` > 0.
  ArrivalSchedule(Arrivals arrivals, double per_second, std::uint64_t seed);

  // The next arrival, counted from the start of the run; the first one is after the first gap.
  Duration Next();

 private:
  const Arrivals arrivals_;
  const double per_second_;
  std::mt19937_64 engine_;
  double seconds_ = 0;
  std::uint64_t arrivals_so_far_ = 0;
};

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_LOAD_ARRIVAL_SCHEDULE_H_
