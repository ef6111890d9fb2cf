#include "pipeline/admission.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/error_detail.h"

namespace quartet {
namespace {

std::string Milliseconds(Duration duration) {
  return absl::StrCat(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(),
                      " ms");
}

// Short memory is this replica's trouble alone: another one may serve.
absl::StatusCode CodeOf(RejectReason reason) {
  return reason == RejectReason::kMemory ? absl::StatusCode::kUnavailable
                                         : absl::StatusCode::kResourceExhausted;
}

std::string Explain(const Refusal& refusal, const AdmissionLimits& limits, const Inside& inside,
                    const Claim& claim) {
  switch (refusal.reason) {
    case RejectReason::kQueueFull:
      return absl::StrCat("the queue is full: ", inside.tokens, " tokens are inside (",
                          Milliseconds(refusal.wait), " of work), this call may add ", claim.tokens,
                          ", limits are ", limits.max_tokens, " and ",
                          Milliseconds(limits.max_wait));
    case RejectReason::kClientShare:
      return absl::StrCat("this connection has ", inside.client_tokens,
                          " tokens inside, half of what may wait, and others wait too");
    case RejectReason::kMemory:
      return "memory is short: no new work until it is freed";
    case RejectReason::kDeadline:
      return absl::StrCat("the deadline is in ", Milliseconds(claim.time_left),
                          ", the wait would be longer: ", inside.tokens, " tokens are inside (",
                          Milliseconds(refusal.wait), " of work)");
  }
  return "";
}

}  // namespace

Permit::Permit(Permit&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)),
      client_(other.client_),
      tokens_(other.tokens_) {}

Permit::~Permit() {
  if (admission_ != nullptr) admission_->Release(client_, tokens_);
}

void Permit::ShrinkTo(std::size_t tokens) {
  const std::size_t kept = std::min(tokens, tokens_);
  admission_->Release(client_, tokens_ - kept);
  tokens_ = kept;
}

AdmissionResult Admission::TryAdmit(const Claim& claim) {
  if (claim.tokens > limits_.max_tokens) {
    return {InvalidField("texts",
                         absl::StrCat("may be ", claim.tokens, " tokens together, the limit is ",
                                      limits_.max_tokens, "; send fewer texts in one call")),
            std::nullopt};
  }
  Inside inside{.tokens_per_second = rate_.TokensPerSecond(),
                .memory_is_short = memory_is_short_.load(std::memory_order_relaxed)};
  std::optional<Refusal> refusal;
  {
    const MutexLock lock(mutex_);
    const auto own = by_client_.find(claim.client);
    inside.tokens = tokens_;
    inside.client_tokens = own == by_client_.end() ? 0 : own->second;
    inside.clients = by_client_.size() + (own == by_client_.end() ? 1 : 0);
    refusal = Refuse(limits_, inside, claim);
    if (!refusal) {
      tokens_ += claim.tokens;
      by_client_[claim.client] += claim.tokens;
      return {Permit(this, claim.client, claim.tokens), std::nullopt};
    }
  }
  return {WithRetryAfter({CodeOf(refusal->reason), Explain(*refusal, limits_, inside, claim)},
                         refusal->retry_after),
          refusal->reason};
}

void Admission::Release(ClientId client, std::size_t tokens) {
  if (tokens == 0) return;
  const MutexLock lock(mutex_);
  tokens_ -= tokens;
  const auto own = by_client_.find(client);
  own->second -= tokens;
  if (own->second == 0) by_client_.erase(own);
}

}  // namespace quartet
