// How much work may be inside the server: the one bound that all queues share.
#ifndef QUARTET_PIPELINE_ADMISSION_H_
#define QUARTET_PIPELINE_ADMISSION_H_

#include <atomic>
#include <cstddef>
#include <optional>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "core/mutex.h"
#include "core/request.h"
#include "core/thread_annotations.h"
#include "pipeline/admission_policy.h"
#include "pipeline/service_rate.h"

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
  Permit(Admission* admission, ClientId client, std::size_t tokens)
      : admission_(admission), client_(client), tokens_(tokens) {}

  Admission* admission_;  // null after a move
  ClientId client_;
  std::size_t tokens_;
};

struct AdmissionResult {
  // INVALID_ARGUMENT: the tokens never fit. With advice when to come back: RESOURCE_EXHAUSTED, and
  // UNAVAILABLE while memory is short.
  absl::StatusOr<Permit> permit;
  std::optional<RejectReason> rejected;  // set when coming back may help
};

// Thread-safe. Must outlive its permits.
class Admission {
 public:
  // `rate` must outlive it.
  Admission(const AdmissionLimits& limits, const ServiceRate& rate)
      : limits_(limits), rate_(rate) {}

  // Never waits.
  AdmissionResult TryAdmit(const Claim& claim) QUARTET_EXCLUDES(mutex_);

  // While it is, nobody comes in.
  void SetMemoryIsShort(bool is_short) { memory_is_short_ = is_short; }

 private:
  friend class Permit;
  void Release(ClientId client, std::size_t tokens) QUARTET_EXCLUDES(mutex_);

  const AdmissionLimits limits_;
  const ServiceRate& rate_;
  std::atomic<bool> memory_is_short_{false};
  Mutex mutex_;
  std::size_t tokens_ QUARTET_GUARDED_BY(mutex_) = 0;  // inside
  // The same by client; only of those who have some.
  std::unordered_map<ClientId, std::size_t> by_client_ QUARTET_GUARDED_BY(mutex_);
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_ADMISSION_H_
