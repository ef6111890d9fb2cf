// How many calls are inside, so that a port that closes can wait for them. gRPC's call objects that
// wait for a call to come count too: once the server is shutting down these go at once, and zero
// means that every call was answered. Only then may the completion queue be shut.
#ifndef QUARTET_CALLS_IN_FLIGHT_H_
#define QUARTET_CALLS_IN_FLIGHT_H_

#include <cstddef>

#include "core/clock.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet {

// Thread-safe.
class InFlight {
 public:
  void Add() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    ++count_;
  }

  void Remove() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (--count_ == 0) zero_.NotifyAll();
  }

  // False when `deadline` came first; kInfiniteFuture waits for ever.
  bool WaitUntilZero(TimePoint deadline) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (count_ > 0) {
      if (!zero_.WaitUntil(mutex_, deadline)) return count_ == 0;
    }
    return true;
  }

 private:
  Mutex mutex_;
  CondVar zero_;
  std::size_t count_ QUARTET_GUARDED_BY(mutex_) = 0;
};

}  // namespace quartet

#endif  // QUARTET_CALLS_IN_FLIGHT_H_
