#include "load/arrival_schedule.h"

#include <cmath>

namespace quartet::bench {

ArrivalSchedule::ArrivalSchedule(Arrivals arrivals, double per_second, std::uint64_t seed)
    : arrivals_(arrivals), per_second_(per_second), engine_(seed) {}

Duration ArrivalSchedule::Next() {
  ++arrivals_so_far_;
  if (arrivals_ == Arrivals::kConstant) {
    // Not a sum: a million gaps must not add up their rounding.
    seconds_ = static_cast<double>(arrivals_so_far_) / per_second_;
  } else {
    const double uniform = static_cast<double>(engine_() >> 11) * 0x1p-53;  // [0, 1)
    seconds_ += -std::log1p(-uniform) / per_second_;
  }
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds_));
}

}  // namespace quartet::bench
