// How much work may be inside the server: the one bound that all queues share.
#ifndef QUARTET_PIPELINE_ADMISSION_H_
#define QUARTET_PIPELINE_ADMISSION_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet {

class Admission;

// The right to have some tokens inside; given back on destruction. Move-only.
class Permit {
 public:
  Permit(Permit&& other) noexcept;
  Permit& operator=(Permit&&) = delete;
  ~Permit();

  // Gives back all but `tokens`, once the true number is known. Never grows.
  void ShrinkTo(std::size_t tokens);

 private:
  friend class Admission;
  Permit(Admission* admission, std::size_t tokens) : admission_(admission), tokens_(tokens) {}

  Admission* admission_;  // null after a move
  std::size_t tokens_;
};

// Thread-safe. Must outlive its permits.
class Admission {
 public:
  // At most `max_tokens` are inside at a time.
  explicit Admission(std::size_t max_tokens) : max_tokens_(max_tokens) {}

  // Never waits. RESOURCE_EXHAUSTED when the tokens don't fit now (with advice when to come back),
  // INVALID_ARGUMENT when they never will.
  absl::StatusOr<Permit> TryAdmit(std::size_t tokens) QUARTET_EXCLUDES(mutex_);

 private:
  friend class Permit;
  void Release(std::size_t tokens) QUARTET_EXCLUDES(mutex_);

  const std::size_t max_tokens_;
  Mutex mutex_;
  std::size_t tokens_ QUARTET_GUARDED_BY(mutex_) = 0;  // inside
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_ADMISSION_H_
