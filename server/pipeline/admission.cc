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
      return absl::StrCat("this client has ", inside.client_tokens,
                          " tokens inside, half of what may wait, and others wait too");
    case RejectReason::kClientCalls:
      return absl::StrCat("this client has ", inside.client_calls, " calls inside, the limit is ",
                          limits.max_client_calls);
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
      stream_(other.stream_),
      tokens_(other.tokens_) {}

void Permit::GiveBack() {
  if (admission_ != nullptr) admission_->Leave(client_, stream_, tokens_);
  admission_ = nullptr;
}

void Permit::ShrinkTo(std::size_t tokens) {
  const std::size_t kept = std::min(tokens, tokens_);
  admission_->Shrink(client_, tokens_ - kept);
  tokens_ = kept;
}

AdmissionResult Admission::TryAdmit(const Claim& claim) {
  if (claim.tokens > limits_.max_tokens) {
    return {InvalidField("texts",
                         absl::StrCat("may be ", claim.tokens, " tokens together, the limit is ",
                                      limits_.max_tokens, "; send fewer texts in one call")),
            std::nullopt};
  }
  Inside inside;
  std::optional<Refusal> refusal;
  {
    const MutexLock lock(mutex_);
    inside = Look(claim);
    refusal = Refuse(limits_, inside, claim);
    if (!refusal) {
      Enter(claim);
      return {Permit(this, claim), std::nullopt};
    }
  }
  return {WithRetryAfter({CodeOf(refusal->reason), Explain(*refusal, limits_, inside, claim)},
                         refusal->retry_after),
          refusal->reason};
}

Inside Admission::Look(const Claim& claim) const {
  Inside inside{.tokens = tokens_,
                .clients = by_client_.size(),
                .tokens_per_second = rate_.TokensPerSecond(),
                .memory_is_short = memory_is_short_.load(std::memory_order_relaxed)};
  const auto found = by_client_.find(claim.client);
  if (found == by_client_.end()) {
    ++inside.clients;
    return inside;
  }
  const Own& own = found->second;
  inside.client_tokens = own.tokens;
  inside.client_calls = own.calls();
  inside.stream_is_inside = claim.stream != 0 && own.streams.count(claim.stream) > 0;
  return inside;
}

void Admission::Enter(const Claim& claim) {
  tokens_ += claim.tokens;
  Own& own = by_client_[claim.client];
  own.tokens += claim.tokens;
  if (claim.stream == 0) {
    ++own.single_calls;
  } else {
    ++own.streams[claim.stream];
  }
}

void Admission::Shrink(ClientId client, std::size_t tokens) {
  if (tokens == 0) return;
  const MutexLock lock(mutex_);
  tokens_ -= tokens;
  by_client_.find(client)->second.tokens -= tokens;
}

void Admission::Leave(ClientId client, StreamId stream, std::size_t tokens) {
  const MutexLock lock(mutex_);
  tokens_ -= tokens;
  const auto found = by_client_.find(client);
  Own& own = found->second;
  own.tokens -= tokens;
  if (stream == 0) {
    --own.single_calls;
  } else if (const auto texts = own.streams.find(stream); --texts->second == 0) {
    own.streams.erase(texts);
  }
  if (own.calls() == 0) by_client_.erase(found);
}

}  // namespace quartet
