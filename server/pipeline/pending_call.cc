#include "pipeline/pending_call.h"

#include <algorithm>
#include <utility>

namespace quartet {

PendingCall::PendingCall(Request request, Permit permit, TimePoint accepted)
    : served_(std::move(request.served)),
      texts_(std::move(request.texts)),
      truncation_(request.truncation),
      deadline_(request.deadline),
      accepted_(accepted),
      client_(request.client),
      stream_(request.stream),
      permit_(std::move(permit)),
      reply_(std::move(request.reply)),
      missing_(texts_.size()) {
  result_.embeddings.resize(texts_.size());
}

CallState PendingCall::StateAt(TimePoint now) const {
  const MutexLock lock(mutex_);
  if (!reply_.has_value()) return CallState::kAnswered;
  if (reply_->IsCancelled()) return CallState::kCancelled;
  if (now >= deadline_) return CallState::kExpired;
  return CallState::kAlive;
}

void PendingCall::SetTokens(std::size_t tokens) {
  const MutexLock lock(mutex_);
  permit_.ShrinkTo(tokens);
}

void PendingCall::Deliver(std::size_t index, TextEmbedding embedding, const EmbedTiming& timing) {
  std::optional<Reply<EmbedResult>> reply;
  EmbedResult result;
  {
    const MutexLock lock(mutex_);
    if (!reply_.has_value()) return;
    result_.embeddings[index] = std::move(embedding);
    EmbedTiming& total = result_.timing;
    total.queue = std::max(total.queue, timing.queue);
    total.tokenize += timing.tokenize;
    total.inference = std::max(total.inference, timing.inference);
    if (--missing_ > 0) return;
    permit_.GiveBack();
    reply.emplace(std::move(*reply_));
    reply_.reset();
    result = std::move(result_);
  }
  reply->Finish(std::move(result));  // outside of the lock: it leads into the server's edge
}

void PendingCall::Fail(absl::Status status) {
  std::optional<Reply<EmbedResult>> reply;
  {
    const MutexLock lock(mutex_);
    if (!reply_.has_value()) return;
    permit_.GiveBack();
    reply.emplace(std::move(*reply_));
    reply_.reset();
  }
  reply->Finish(std::move(status));
}

absl::Status StatusOfDead(CallState state) {
  if (state == CallState::kCancelled) return absl::CancelledError("the client has gone");
  return absl::DeadlineExceededError("the deadline passed before the call could be served");
}

}  // namespace quartet
