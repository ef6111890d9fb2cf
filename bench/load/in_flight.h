// A count that can be waited for.
#ifndef QUARTET_BENCH_LOAD_IN_FLIGHT_H_
#define QUARTET_BENCH_LOAD_IN_FLIGHT_H_

#include <cstddef>

#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet::bench {

// Thread-safe.
class InFlight {
 public:
  void Add() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    ++count_;
  }

  void Remove() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (--count_ == 0) none_.NotifyAll();
  }

  std::size_t count() const QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return count_;
  }

  void WaitForNone() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (count_ > 0) none_.Wait(mutex_);
  }

 private:
  mutable Mutex mutex_;
  CondVar none_;
  std::size_t count_ QUARTET_GUARDED_BY(mutex_) = 0;
};

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_LOAD_IN_FLIGHT_H_
