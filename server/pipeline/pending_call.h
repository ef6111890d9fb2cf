// One accepted call while its texts go through the pipeline separately.
#ifndef QUARTET_PIPELINE_PENDING_CALL_H_
#define QUARTET_PIPELINE_PENDING_CALL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/clock.h"
#include "core/embed_result.h"
#include "core/mutex.h"
#include "core/request.h"
#include "core/thread_annotations.h"
#include "pipeline/admission.h"

namespace quartet {

// Whether work on a call is still worth doing.
enum class CallState {
  kAlive,
  kExpired,    // its deadline has passed
  kCancelled,  // its client has gone
  kAnswered,   // a text of it has failed: the others need no answer
};

// Thread-safe. Shared by the call's texts; the last one to be delivered, or the first to fail,
// answers the call and gives its permit back: texts that are still queued after a failure cost
// nothing any more.
class PendingCall {
 public:
  PendingCall(Request request, Permit permit, TimePoint accepted);

  // Constant after construction.
  const std::vector<std::string>& texts() const { return texts_; }
  Truncation truncation() const { return truncation_; }
  TimePoint accepted() const { return accepted_; }
  ClientId client() const { return client_; }
  StreamId stream() const { return stream_; }

  CallState StateAt(TimePoint now) const QUARTET_EXCLUDES(mutex_);

  // The call's true cost, when the tokenizer has found it, before its first text is queued.
  void SetTokens(std::size_t tokens) QUARTET_EXCLUDES(mutex_);

  // One text is done. `timing` is this text's alone.
  void Deliver(std::size_t index, TextEmbedding embedding, const EmbedTiming& timing)
      QUARTET_EXCLUDES(mutex_);

  // The whole call fails. Only the first failure is answered.
  void Fail(absl::Status status) QUARTET_EXCLUDES(mutex_);

 private:
  const std::vector<std::string> texts_;
  const Truncation truncation_;
  const TimePoint deadline_;
  const TimePoint accepted_;
  const ClientId client_;
  const StreamId stream_;

  mutable Mutex mutex_;
  Permit permit_ QUARTET_GUARDED_BY(mutex_);
  std::optional<Reply<EmbedResult>> reply_ QUARTET_GUARDED_BY(mutex_);  // empty once answered
  EmbedResult result_ QUARTET_GUARDED_BY(mutex_);
  std::size_t missing_ QUARTET_GUARDED_BY(mutex_);
};

// The answer for a call that is not worth working on: the state must not be kAlive or kAnswered.
absl::Status StatusOfDead(CallState state);

}  // namespace quartet

#endif  // QUARTET_PIPELINE_PENDING_CALL_H_
