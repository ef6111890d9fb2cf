#include "pipeline/admission.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/error_detail.h"

namespace quartet {
namespace {

// A guess: long enough that refused clients don't hammer, short against a human's patience. To be
// replaced by the drain time at the measured rate.
constexpr auto kRetryAfter = std::chrono::milliseconds(200);

}  // namespace

Permit::Permit(Permit&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)), tokens_(other.tokens_) {}

Permit::~Permit() {
  if (admission_ != nullptr) admission_->Release(tokens_);
}

void Permit::ShrinkTo(std::size_t tokens) {
  const std::size_t kept = std::min(tokens, tokens_);
  admission_->Release(tokens_ - kept);
  tokens_ = kept;
}

absl::StatusOr<Permit> Admission::TryAdmit(std::size_t tokens) {
  if (tokens > max_tokens_) {
    return InvalidField("texts", absl::StrCat("may be ", tokens, " tokens together, the limit is ",
                                              max_tokens_, "; send fewer texts in one call"));
  }
  const MutexLock lock(mutex_);
  if (tokens > max_tokens_ - tokens_) {
    return WithRetryAfter(
        absl::ResourceExhaustedError(absl::StrCat("the queue is full: ", tokens_,
                                                  " tokens are inside, this call may add ", tokens,
                                                  ", the limit is ", max_tokens_)),
        kRetryAfter);
  }
  tokens_ += tokens;
  return Permit(this, tokens);
}

void Admission::Release(std::size_t tokens) {
  const MutexLock lock(mutex_);
  tokens_ -= tokens;
}

}  // namespace quartet
