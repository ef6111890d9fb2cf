#include "load/pacer.h"

#include <sys/prctl.h>

#include <cerrno>
#include <ctime>

namespace quartet::bench {

SystemPacer::SystemPacer() { prctl(PR_SET_TIMERSLACK, 1); }

void SystemPacer::SleepUntil(TimePoint time) {
  // steady_clock is CLOCK_MONOTONIC here, so its time points are what the kernel wants.
  const auto since_boot = time.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
  const timespec until{
      .tv_sec = seconds.count(),
      .tv_nsec =
          std::chrono::duration_cast<std::chrono::nanoseconds>(since_boot - seconds).count()};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

}  // namespace quartet::bench
