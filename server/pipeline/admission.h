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

// The right to have a call with some tokens inside. Move-only.
class Permit {
 public:
  Permit(Permit&& other) noexcept;
  Permit& operator=(Permit&&) = delete;
  ~Permit() { GiveBack(); }

  // Gives back all but `tokens`, once the true number is known. Never grows.
  void ShrinkTo(std::size_t tokens);

  // Before the client has its answer, whose next call may come at once. Nothing more may be called
  // but this.
  void GiveBack();

 private:
  friend class Admission;
  Permit(Admission* admission, const Claim& claim)
      : admission_(admission),
        client_(claim.client),
        stream_(claim.stream),
        tokens_(claim.tokens) {}

  Admission* admission_;  // null after a move, or when it was given back
  ClientId client_;
  StreamId stream_;
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

  // What a client has inside.
  struct Own {
    std::size_t tokens = 0;
    std::size_t single_calls = 0;
    std::unordered_map<StreamId, std::size_t> streams;  // texts, of those that have any
    std::size_t calls() const { return single_calls + streams.size(); }
  };

  Inside Look(const Claim& claim) const QUARTET_REQUIRES(mutex_);
  void Enter(const Claim& claim) QUARTET_REQUIRES(mutex_);
  void Shrink(ClientId client, std::size_t tokens) QUARTET_EXCLUDES(mutex_);
  void Leave(ClientId client, StreamId stream, std::size_t tokens) QUARTET_EXCLUDES(mutex_);

  const AdmissionLimits limits_;
  const ServiceRate& rate_;
  std::atomic<bool> memory_is_short_{false};
  Mutex mutex_;
  std::size_t tokens_ QUARTET_GUARDED_BY(mutex_) = 0;  // inside
  // By client; only those who have a call inside.
  std::unordered_map<ClientId, Own> by_client_ QUARTET_GUARDED_BY(mutex_);
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_ADMISSION_H_
