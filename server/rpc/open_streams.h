// The streams that are open: how many may be, and how all of them are stopped.
#ifndef QUARTET_RPC_OPEN_STREAMS_H_
#define QUARTET_RPC_OPEN_STREAMS_H_

#include <cstddef>
#include <set>

#include "absl/status/status.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet {

class StoppableStream {
 public:
  // Takes nothing more, answers what it took, then ends with `status`. With OpenStreams' lock held:
  // quick, and no call back into it.
  virtual void Stop(const absl::Status& status) = 0;

 protected:
  ~StoppableStream() = default;
};

// Thread-safe.
class OpenStreams {
 public:
  explicit OpenStreams(std::size_t most) : most_(most) {}

  // Not OK: it may not be open. RESOURCE_EXHAUSTED with advice when to come back: there are too
  // many. UNAVAILABLE: StopAll was called.
  absl::Status Add(StoppableStream* stream) QUARTET_EXCLUDES(mutex_);
  // Afterwards it is not called any more. May be called for one that was not added.
  void Remove(StoppableStream* stream) QUARTET_EXCLUDES(mutex_);

  // Stops all, with UNAVAILABLE, and lets no new ones be added.
  void StopAll() QUARTET_EXCLUDES(mutex_);

 private:
  const std::size_t most_;
  Mutex mutex_;
  std::set<StoppableStream*> streams_ QUARTET_GUARDED_BY(mutex_);
  bool stopped_ QUARTET_GUARDED_BY(mutex_) = false;
};

}  // namespace quartet

#endif  // QUARTET_RPC_OPEN_STREAMS_H_
