#include "host/cpu_pace.h"

#include <algorithm>

namespace quartet {
namespace {

CpuPace::Duration Scaled(CpuPace::Duration duration, double factor) {
  return std::chrono::duration_cast<CpuPace::Duration>(
      std::chrono::duration<double, std::nano>(static_cast<double>(duration.count()) * factor));
}

}  // namespace

CpuPace::Duration CpuPace::PauseAt(TimePoint now, Duration used) {
  const std::lock_guard lock(mutex_);
  if (last_ != TimePoint()) {
    const Duration earned = Scaled(std::chrono::duration_cast<Duration>(now - last_), cores_);
    credit_ = std::min(kBurst, credit_ + earned - (used - last_used_));
  }
  last_ = now;
  last_used_ = used;
  return credit_ >= Duration::zero() ? Duration::zero()
                                     : std::min(kLongestPause, Scaled(-credit_, 1 / cores_));
}

}  // namespace quartet
