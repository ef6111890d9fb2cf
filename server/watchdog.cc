#include "watchdog.h"

#include <utility>

namespace quartet {

Watchdog::Watchdog(Duration period, std::function<void()> look)
    : period_(period), look_(std::move(look)), thread_([this] { Run(); }) {}

Watchdog::~Watchdog() {
  {
    const MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.NotifyOne();
  thread_.join();
}

void Watchdog::Run() {
  while (true) {
    {
      const TimePoint next = std::chrono::steady_clock::now() + period_;
      const MutexLock lock(mutex_);
      while (!stop_ && changed_.WaitUntil(mutex_, next)) {
      }
      if (stop_) return;
    }
    look_();
  }
}

}  // namespace quartet
