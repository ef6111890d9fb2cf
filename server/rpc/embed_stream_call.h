// One EmbedStream.
#ifndef QUARTET_RPC_EMBED_STREAM_CALL_H_
#define QUARTET_RPC_EMBED_STREAM_CALL_H_

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/async_stream.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "core/client_tally.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "rpc/answer_window.h"
#include "rpc/completion_tag.h"
#include "rpc/open_streams.h"
#include "rpc/request_parser.h"
#include "rpc/stream_flow.h"
#include "rpc/unary_call.h"

namespace quartet {

struct EmbedStreamMethod {
  using Stream = grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>;

  MethodName name;
  StreamLimits limits;
  std::function<void(grpc::ServerContext*, Stream*, grpc::ServerCompletionQueue*, void* tag)>
      listen;
  std::function<absl::StatusOr<StreamText>(const grpc::ByteBuffer&)> parse;
  // A call of one text, as Embed's handler takes it. A refusal that advises to come back and is
  // given before it returns lets the text wait. From any thread; must not block.
  std::function<void(v1::EmbedRequest, const CallFacts&, Reply<v1::EmbedResponse>)> handle;
  // An answer as bytes of the method's own message.
  std::function<grpc::ByteBuffer(v1::EmbedStreamResponse)> encode =
      [](const v1::EmbedStreamResponse& answer) { return SerializeMessage(answer); };
  // Set: an error is no answer, but ends the stream with what this makes of it.
  std::function<absl::Status(const absl::Status&)> end_by = {};
};

// Deletes itself, as UnaryCall does and by the same counting: references are the tags that gRPC
// has, the replies that the handler has, and whoever runs a member function. Answers come from any
// thread, which then also takes the steps that they make possible.
class EmbedStreamCall final : public StoppableStream {
 public:
  static void Listen(const EmbedStreamMethod& method, OpenStreams& open_streams,
                     const CallEnvironment& environment);

  EmbedStreamCall(const EmbedStreamCall&) = delete;
  EmbedStreamCall& operator=(const EmbedStreamCall&) = delete;

  void Stop(const absl::Status& status) override QUARTET_EXCLUDES(mutex_);

 private:
  class TextSink;

  EmbedStreamCall(const EmbedStreamMethod& method, OpenStreams& open_streams,
                  const CallEnvironment& environment);
  ~EmbedStreamCall();

  void OnArrived(bool ok);
  absl::Status AdmitCaller();
  void OnRead(bool ok);
  void OnWritten(bool ok);
  void OnFinished(bool ok);
  void OnDone(bool ok);
  void OnRetry(bool ok);
  void OnIdleLook(bool ok);
  // The text number `number` of the stream was answered, from any thread.
  void OnAnswer(std::uint64_t number, std::uint64_t id, absl::StatusOr<v1::EmbedResponse> answer);

  // Takes all steps that may be taken now.
  void Advance() QUARTET_EXCLUDES(mutex_);
  // Starts the next step, if there is one; kSubmit is the caller's to do.
  StreamStep StartStep() QUARTET_EXCLUDES(mutex_);
  void CountWindow() QUARTET_REQUIRES(mutex_);
  void StartRead() QUARTET_REQUIRES(mutex_);
  void StartWrite() QUARTET_REQUIRES(mutex_);
  void StartFinish() QUARTET_REQUIRES(mutex_);
  void Submit() QUARTET_EXCLUDES(mutex_);

  void Take(StreamText text) QUARTET_REQUIRES(mutex_);
  void WaitForRoom(Duration advice) QUARTET_REQUIRES(mutex_);
  void StopLocked(const absl::Status& status) QUARTET_REQUIRES(mutex_);
  void SetClientGone() QUARTET_REQUIRES(mutex_);
  void LookForIdleness() QUARTET_EXCLUDES(mutex_);
  void SetAlarm(grpc::Alarm& alarm, Duration time, CompletionTag& tag) QUARTET_REQUIRES(mutex_);
  void Ref() { references_.fetch_add(1); }
  void Unref(int count = 1) {
    if (references_.fetch_sub(count) == count) delete this;
  }

  const EmbedStreamMethod& method_;
  OpenStreams& open_streams_;
  const CallEnvironment& environment_;
  std::atomic<int> references_ = 2;  // the arrived tag and the done tag
  std::atomic<bool> client_gone_ = false;
  // Set on arrival.
  TimePoint started_;
  CallFacts facts_;
  TalliedCall tallied_;

  Mutex mutex_;
  StreamState state_ QUARTET_GUARDED_BY(mutex_);
  AnswerWindow window_ QUARTET_GUARDED_BY(mutex_);
  v1::EmbedStreamRequest held_ QUARTET_GUARDED_BY(mutex_);      // where state_.holds_text
  v1::EmbedOptions options_ QUARTET_GUARDED_BY(mutex_);         // the last that came
  std::optional<Duration> refusal_ QUARTET_GUARDED_BY(mutex_);  // of the held text: its advice
  bool made_room_ QUARTET_GUARDED_BY(mutex_) = false;           // a text was answered during Submit
  bool has_written_ QUARTET_GUARDED_BY(mutex_) = false;
  absl::Status stop_status_ QUARTET_GUARDED_BY(mutex_);
  absl::Status end_ QUARTET_GUARDED_BY(mutex_);  // what the stream was finished with
  TimePoint last_progress_ QUARTET_GUARDED_BY(mutex_);

  grpc::ServerContext context_;
  grpc::ByteBuffer message_;  // being read
  EmbedStreamMethod::Stream stream_{&context_};
  grpc::Alarm retry_;
  grpc::Alarm idle_look_;
  MemberTag<EmbedStreamCall, &EmbedStreamCall::OnArrived> arrived_tag_{this};
  MemberTag<EmbedStreamCall, &EmbedStreamCall::OnDone> done_tag_{this};
  MemberTag<EmbedStreamCall, &EmbedStreamCall::OnRead> read_tag_{this};
  MemberTag<EmbedStreamCall, &EmbedStreamCall::OnWritten> written_tag_{this};
  MemberTag<EmbedStreamCall, &EmbedStreamCall::OnFinished> finished_tag_{this};
  MemberTag<EmbedStreamCall, &EmbedStreamCall::OnRetry> retry_tag_{this};
  MemberTag<EmbedStreamCall, &EmbedStreamCall::OnIdleLook> idle_look_tag_{this};
};

}  // namespace quartet

#endif  // QUARTET_RPC_EMBED_STREAM_CALL_H_
