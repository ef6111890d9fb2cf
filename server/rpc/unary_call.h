// One unary call, from the wire to the handler and back.
#ifndef QUARTET_RPC_UNARY_CALL_H_
#define QUARTET_RPC_UNARY_CALL_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/async_unary_call.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "calls/in_flight.h"
#include "core/call_observer.h"
#include "core/client_tally.h"
#include "core/clock.h"
#include "core/error_detail.h"
#include "core/reply.h"
#include "rpc/call_deadline.h"
#include "rpc/call_facts.h"
#include "rpc/caller_gate.h"
#include "rpc/completion_tag.h"
#include "rpc/message_bytes.h"
#include "rpc/request_id.h"
#include "rpc/status_mapping.h"

namespace quartet {

// One row of the server's method table. Adding a method adds a row, not a class.
template <class Request, class Response>
struct UnaryMethod {
  MethodName name;
  // Asks gRPC for the next call of this method (the generated service's raw Request... function).
  std::function<void(grpc::ServerContext*, grpc::ByteBuffer*,
                     grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>*,
                     grpc::ServerCompletionQueue*, void* tag)>
      listen;
  std::function<absl::StatusOr<Request>(const grpc::ByteBuffer&)> parse = &ParseMessage<Request>;
  // On the poll thread: must not block.
  std::function<void(Request, const CallFacts&, Reply<Response>)> handle;
  // What the log line of a slow call says; may be empty.
  std::function<CallNotes(const Response&)> describe = {};
};

// `listen` by the generated function of `service`, which outlives it.
template <class Service, class Function>
auto ListenerOf(Service& service, Function function) {
  return [&service, function](auto* context, auto* request, auto* writer, auto* queue, void* tag) {
    (service.*function)(context, request, writer, queue, queue, tag);
  };
}

// What every call needs; outlives all calls.
struct CallEnvironment {
  grpc::ServerCompletionQueue* queue;
  InFlight* in_flight;
  CallObserver* observer;
  const Clock* clock;
  Duration slow_call;          // calls that took longer are described to the observer
  CallerGate* gate = nullptr;  // null: everyone may call, and is not counted
};

// Deletes itself. References are held by each operation that gRPC has yet to complete (the tags)
// and by the handler's Reply; the last one to go takes the call with it. Completions of one call
// come in any order, and `done` never comes for a call that never arrived (grpc#10136).
template <class Request, class Response>
class UnaryCall {
 public:
  using Method = UnaryMethod<Request, Response>;

  // Waits for the next call of `method`; when it comes, waits for another one before handling it:
  // gRPC queues calls nobody waits for without a limit.
  static void Listen(const Method& method, const CallEnvironment& environment) {
    auto* call = new UnaryCall(method, environment);
    call->context_.AsyncNotifyWhenDone(call->done_.Give());
    method.listen(&call->context_, &call->request_, &call->writer_, environment.queue,
                  call->arrived_.Give());
  }

  UnaryCall(const UnaryCall&) = delete;
  UnaryCall& operator=(const UnaryCall&) = delete;

 private:
  // Gives the answer of the handler back to the call.
  class Sink final : public ReplySink<Response> {
   public:
    explicit Sink(UnaryCall* call) : call_(call) {}
    void Finish(absl::StatusOr<Response> answer) override { call_->Finish(std::move(answer)); }
    bool IsCancelled() const override { return call_->cancelled_; }

   private:
    UnaryCall* const call_;
  };

  UnaryCall(const Method& method, const CallEnvironment& environment)
      : method_(method), environment_(environment) {
    environment_.in_flight->Add();
  }
  ~UnaryCall() { environment_.in_flight->Remove(); }

  void OnArrived(bool ok) {
    if (!ok) {  // the server is stopping; the done tag will not come either
      Unref(2);
      return;
    }
    Listen(method_, environment_);
    started_ = environment_.clock->Now();
    environment_.observer->OnCallStarted(method_.name);
    // The reference of the arrived tag becomes the reply's.
    Reply<Response> reply(std::make_unique<Sink>(this));
    absl::StatusOr<AdmittedCall> admitted = Admit(environment_.gate, context_);
    if (!admitted.ok()) {
      request_.Clear();
      reply.Finish(admitted.status());
      return;
    }
    tallied_ = std::move(admitted->tallied);
    absl::StatusOr<Request> request = method_.parse(request_);
    request_.Clear();
    if (!request.ok()) {
      reply.Finish(request.status());
      return;
    }
    method_.handle(*std::move(request), FactsOf(context_, *environment_.clock, admitted->client),
                   std::move(reply));
  }

  void OnDone(bool /*ok*/) {
    cancelled_ = context_.IsCancelled();
    Unref(1);
  }

  // From any thread. The reference of the reply becomes the finished tag's.
  void Finish(absl::StatusOr<Response> answer) {
    code_ = answer.status().code();
    TakeNotes(answer);
    EchoRequestId(context_);
    if (answer.ok()) {
      writer_.Finish(SerializeMessage(*answer), grpc::Status::OK, finished_.Give());
    } else {
      if (RetryAfterOf(answer.status())) tallied_.CountRefusal();
      AddRetryPushback(answer.status(), context_);
      writer_.FinishWithError(ToGrpcStatus(answer.status()), finished_.Give());
    }
  }

  void TakeNotes(const absl::StatusOr<Response>& answer) {
    if (code_ == absl::StatusCode::kInternal) {
      notes_ = {{"message", std::string(answer.status().message())}};
    } else if (answer.ok() && method_.describe &&
               environment_.clock->Now() - started_ > environment_.slow_call) {
      notes_ = method_.describe(*answer);
    }
  }

  // `ok` is false when the answer did not reach the wire: the client has gone, or its deadline
  // passed and the library answered in our place.
  void OnFinished(bool ok) {
    environment_.observer->OnCallHandled({.method = method_.name,
                                          .code = ok ? code_ : CodeOfLostCall(context_),
                                          .handling = environment_.clock->Now() - started_,
                                          .request_id = RequestIdOf(context_),
                                          .notes = notes_});
    Unref(1);
  }

  void Unref(int count) {
    if (references_.fetch_sub(count) == count) delete this;
  }

  const Method& method_;
  const CallEnvironment& environment_;
  std::atomic<int> references_ = 2;  // the arrived tag and the done tag
  std::atomic<bool> cancelled_ = false;
  TimePoint started_;
  absl::StatusCode code_ = absl::StatusCode::kOk;
  CallNotes notes_;
  TalliedCall tallied_;

  grpc::ServerContext context_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> writer_{&context_};
  MemberTag<UnaryCall, &UnaryCall::OnArrived> arrived_{this};
  MemberTag<UnaryCall, &UnaryCall::OnDone> done_{this};
  MemberTag<UnaryCall, &UnaryCall::OnFinished> finished_{this};
};

}  // namespace quartet

#endif  // QUARTET_RPC_UNARY_CALL_H_
