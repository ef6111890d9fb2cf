#include "rpc/embed_stream_call.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/error_detail.h"
#include "rpc/stream_conversion.h"

namespace quartet {

// Gives the answer to one text back to its stream.
class EmbedStreamCall::TextSink final : public ReplySink<v1::EmbedResponse> {
 public:
  TextSink(EmbedStreamCall* call, std::uint64_t number, std::uint64_t id)
      : call_(call), number_(number), id_(id) {}
  void Finish(absl::StatusOr<v1::EmbedResponse> answer) override {
    call_->OnAnswer(number_, id_, std::move(answer));
  }
  bool IsCancelled() const override { return call_->client_gone_; }

 private:
  EmbedStreamCall* const call_;
  const std::uint64_t number_;
  const std::uint64_t id_;
};

void EmbedStreamCall::Listen(const EmbedStreamMethod& method, OpenStreams& open_streams,
                             const CallEnvironment& environment) {
  auto* call = new EmbedStreamCall(method, open_streams, environment);
  call->context_.AsyncNotifyWhenDone(call->done_tag_.Give());
  method.listen(&call->context_, &call->stream_, environment.queue, call->arrived_tag_.Give());
}

EmbedStreamCall::EmbedStreamCall(const EmbedStreamMethod& method, OpenStreams& open_streams,
                                 const CallEnvironment& environment)
    : method_(method), open_streams_(open_streams), environment_(environment) {
  environment_.in_flight->Add();
}

EmbedStreamCall::~EmbedStreamCall() {
  open_streams_.Remove(this);
  environment_.in_flight->Remove();
}

void EmbedStreamCall::OnArrived(bool ok) {
  if (!ok) {  // the server is stopping; the done tag will not come either
    Unref(2);
    return;
  }
  Listen(method_, open_streams_, environment_);
  started_ = environment_.clock->Now();
  environment_.observer->OnCallStarted(method_.name);
  EchoRequestId(context_);
  const absl::Status admitted = AdmitCaller();
  {
    const MutexLock lock(mutex_);
    state_.arrived = true;
    last_progress_ = started_;
    if (!admitted.ok()) StopLocked(admitted);
    SetAlarm(idle_look_, method_.limits.idle, idle_look_tag_);
  }
  Advance();
  Unref();
}

absl::Status EmbedStreamCall::AdmitCaller() {
  absl::StatusOr<AdmittedCall> admitted = Admit(environment_.gate, context_);
  if (!admitted.ok()) return admitted.status();
  tallied_ = std::move(admitted->tallied);
  facts_ = FactsOf(context_, *environment_.clock, admitted->client);
  facts_.stream = reinterpret_cast<StreamId>(this);
  absl::Status added = open_streams_.Add(this);
  if (RetryAfterOf(added)) tallied_.CountRefusal();
  return added;
}

// `ok` is false when nothing more comes: the client has half-closed, or has gone.
void EmbedStreamCall::OnRead(bool ok) {
  absl::StatusOr<StreamText> text = ok ? method_.parse(message_) : StreamText{};
  message_.Clear();
  {
    const MutexLock lock(mutex_);
    state_.reading = false;
    last_progress_ = environment_.clock->Now();
    if (!ok) {
      state_.half_closed = true;
    } else if (!text.ok()) {
      StopLocked(text.status());
    } else if (!state_.stopped) {
      Take(*std::move(text));
    }
  }
  Advance();
  Unref();
}

void EmbedStreamCall::Take(StreamText text) {
  if (text.message.has_options()) options_ = std::move(*text.message.mutable_options());
  if (text.problem.ok()) {
    held_ = std::move(text.message);
    state_.holds_text = true;
  } else {
    window_.Answer(window_.Add(0), MakeStreamResponse(text.message.id(), std::move(text.problem)));
  }
}

void EmbedStreamCall::OnWritten(bool ok) {
  {
    const MutexLock lock(mutex_);
    state_.writing = false;
    last_progress_ = environment_.clock->Now();
    if (!ok) SetClientGone();
  }
  Advance();
  Unref();
}

// `ok` is false when the status did not reach the wire, as with UnaryCall.
void EmbedStreamCall::OnFinished(bool ok) {
  absl::StatusCode code{};
  {
    const MutexLock lock(mutex_);
    code = end_.code();
  }
  environment_.observer->OnCallHandled({.method = method_.name,
                                        .code = ok ? code : CodeOfLostCall(context_),
                                        .handling = environment_.clock->Now() - started_,
                                        .request_id = RequestIdOf(context_)});
  Unref();
}

void EmbedStreamCall::OnDone(bool /*ok*/) {
  {
    const MutexLock lock(mutex_);
    SetClientGone();
  }
  Advance();
  Unref();
}

void EmbedStreamCall::OnRetry(bool ok) {
  if (ok) {
    {
      const MutexLock lock(mutex_);
      state_.waits_for_room = false;
    }
    Advance();
  }
  Unref();
}

void EmbedStreamCall::OnIdleLook(bool ok) {
  if (ok) {
    LookForIdleness();
    Advance();
  }
  Unref();
}

void EmbedStreamCall::LookForIdleness() {
  const MutexLock lock(mutex_);
  if (state_.finishing) return;
  CountWindow();
  const Duration quiet = environment_.clock->Now() - last_progress_;
  switch (LookAtIdleness(state_, quiet, method_.limits)) {
    case StreamIdleness::kBusy:
      return SetAlarm(idle_look_, std::max(method_.limits.idle - quiet, method_.limits.idle / 4),
                      idle_look_tag_);
    case StreamIdleness::kNothingComes:
      return StopLocked(absl::UnavailableError(absl::StrCat(
          "no text came for ", ToSeconds(method_.limits.idle), " s; all that came are answered")));
    case StreamIdleness::kReaderStalls:
      return context_.TryCancel();
  }
}

void EmbedStreamCall::SetAlarm(grpc::Alarm& alarm, Duration time, CompletionTag& tag) {
  Ref();
  alarm.Set(environment_.queue,
            std::chrono::system_clock::now() +
                std::chrono::duration_cast<std::chrono::system_clock::duration>(time),
            tag.Give());
}

void EmbedStreamCall::Stop(const absl::Status& status) {
  {
    const MutexLock lock(mutex_);
    StopLocked(status);
  }
  Advance();
}

void EmbedStreamCall::StopLocked(const absl::Status& status) {
  if (state_.stopped) return;
  state_.stopped = true;
  stop_status_ = status;
}

void EmbedStreamCall::SetClientGone() {
  client_gone_ = true;
  state_.client_gone = true;
}

void EmbedStreamCall::Advance() {
  StreamStep step{};
  do {
    step = StartStep();
    if (step == StreamStep::kSubmit) Submit();
  } while (step != StreamStep::kNone);
}

StreamStep EmbedStreamCall::StartStep() {
  const MutexLock lock(mutex_);
  CountWindow();
  const StreamStep step = NextStep(state_, method_.limits);
  if (step == StreamStep::kRead) StartRead();
  if (step == StreamStep::kWrite) StartWrite();
  if (step == StreamStep::kFinish) StartFinish();
  if (step == StreamStep::kSubmit) state_.submitting = true;
  return step;
}

void EmbedStreamCall::CountWindow() {
  state_.items = window_.size();
  state_.bytes = window_.bytes();
  state_.first_is_answered = window_.FirstIsAnswered();
  state_.fails = method_.end_by && window_.FirstIsError();
}

void EmbedStreamCall::StartRead() {
  state_.reading = true;
  Ref();
  stream_.Read(&message_, read_tag_.Give());
}

void EmbedStreamCall::StartWrite() {
  v1::EmbedStreamResponse answer = window_.TakeFirst();
  // Answers that are there together leave in one piece: the write of the last one sends them. The
  // first one brings the headers along, whose write would never end.
  grpc::WriteOptions options;
  if (std::exchange(has_written_, true) && window_.FirstIsAnswered()) options.set_buffer_hint();
  state_.writing = true;
  Ref();
  stream_.Write(method_.encode(std::move(answer)), options, written_tag_.Give());
}

void EmbedStreamCall::StartFinish() {
  state_.finishing = true;
  if (state_.client_gone) {
    end_ = absl::CancelledError("the client has gone");
  } else if (state_.fails) {
    end_ = method_.end_by(StatusOf(window_.TakeFirst().error()));
    client_gone_ = true;  // nobody reads what the texts behind it are still being embedded for
  } else if (!IsComplete(state_)) {
    end_ = stop_status_;
  }
  retry_.Cancel();
  idle_look_.Cancel();
  AddRetryPushback(end_, context_);
  Ref();
  stream_.Finish(ToGrpcStatus(end_), finished_tag_.Give());
}

// Offers the held text to the backend, which accepts it, or answers that there is no room.
void EmbedStreamCall::Submit() {
  v1::EmbedRequest request;
  std::unique_ptr<TextSink> sink;
  {
    const MutexLock lock(mutex_);
    made_room_ = false;
    request = MakeEmbedRequest(held_.text(), options_);
    sink = std::make_unique<TextSink>(this, window_.Add(held_.text().size()), held_.id());
    Ref();
  }
  method_.handle(std::move(request), facts_, Reply<v1::EmbedResponse>(std::move(sink)));
  const MutexLock lock(mutex_);
  state_.submitting = false;
  if (const auto advice = std::exchange(refusal_, std::nullopt)) {
    WaitForRoom(*advice);
  } else {
    state_.holds_text = false;
  }
}

// Tries again when one of its own texts is answered, which makes room, or has been meanwhile;
// without any, when advised.
void EmbedStreamCall::WaitForRoom(Duration advice) {
  window_.RemoveLast();
  if (made_room_) return;
  state_.waits_for_room = true;
  if (window_.unanswered() == 0 && !state_.finishing) SetAlarm(retry_, advice, retry_tag_);
}

void EmbedStreamCall::OnAnswer(std::uint64_t number, std::uint64_t id,
                               absl::StatusOr<v1::EmbedResponse> answer) {
  const auto advice = RetryAfterOf(answer.status());
  v1::EmbedStreamResponse response = MakeStreamResponse(id, std::move(answer));
  {
    const MutexLock lock(mutex_);
    if (advice && state_.submitting && window_.IsLast(number)) {
      refusal_ = advice;
    } else {
      state_.waits_for_room = false;
      made_room_ = true;
      window_.Answer(number, std::move(response));
    }
  }
  Advance();
  Unref();
}

}  // namespace quartet
