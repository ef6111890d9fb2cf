// Looks at the process from time to time, while nobody calls.
#ifndef QUARTET_WATCHDOG_H_
#define QUARTET_WATCHDOG_H_

#include <functional>
#include <thread>

#include "core/clock.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet {

class Watchdog {
 public:
  // Calls `look` on a thread of its own, every `period`, until it is destroyed.
  Watchdog(Duration period, std::function<void()> look);
  ~Watchdog() QUARTET_EXCLUDES(mutex_);

 private:
  void Run() QUARTET_EXCLUDES(mutex_);

  const Duration period_;
  const std::function<void()> look_;
  Mutex mutex_;
  CondVar changed_;
  bool stop_ QUARTET_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace quartet

#endif  // QUARTET_WATCHDOG_H_
