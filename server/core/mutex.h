// std::mutex, its lock and its condition variable, with clang's thread-safety annotations.
//
// Not absl::Mutex: ThreadSanitizer sees no synchronisation inside a prebuilt libabsl and reports
// races in correct programs; with std::mutex it is silent and true.
#ifndef QUARTET_CORE_MUTEX_H_
#define QUARTET_CORE_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "core/thread_annotations.h"

namespace quartet {

class QUARTET_CAPABILITY("mutex") Mutex {
 public:
  void Lock() QUARTET_ACQUIRE() { mutex_.lock(); }
  void Unlock() QUARTET_RELEASE() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class QUARTET_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) QUARTET_ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() QUARTET_RELEASE() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits may wake spuriously: call them in a loop that checks the condition.
class CondVar {
 public:
  void Wait(Mutex& mutex) QUARTET_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }

  // False when `deadline` has passed.
  bool WaitUntil(Mutex& mutex, std::chrono::steady_clock::time_point deadline)
      QUARTET_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool in_time = condition_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }

  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace quartet

#endif  // QUARTET_CORE_MUTEX_H_
