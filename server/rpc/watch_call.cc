#include "rpc/watch_call.h"

#include <utility>

#include "rpc/health_service.h"

namespace quartet {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

void WatchCall::Listen(const WatchMethod& method, HealthState& state,
                       const CallEnvironment& environment) {
  auto* call = new WatchCall(method, state, environment);
  call->context_.AsyncNotifyWhenDone(call->done_.Give());
  method.listen(&call->context_, &call->request_, &call->writer_, environment.queue,
                call->arrived_.Give());
}

WatchCall::WatchCall(const WatchMethod& method, HealthState& state,
                     const CallEnvironment& environment)
    : method_(method), state_(state), environment_(environment) {
  environment_.in_flight->Add();
}

WatchCall::~WatchCall() { environment_.in_flight->Remove(); }

void WatchCall::OnStatus(ServingStatus status) {
  const MutexLock lock(mutex_);
  to_write_ = status;
  Advance();
}

void WatchCall::OnEnd() { EndWith(absl::UnavailableError("the server is shutting down")); }

void WatchCall::OnArrived(bool ok) {
  if (!ok) {  // the server is stopping; the done tag will not come either
    Unref(2);
    return;
  }
  Listen(method_, state_, environment_);
  started_ = environment_.clock->Now();
  environment_.observer->OnCallStarted(method_.name);
  bool client_gone = false;
  {
    const MutexLock lock(mutex_);
    has_arrived_ = true;
    client_gone = client_gone_;
    Advance();
  }
  if (!client_gone) Start();
  Unref(1);
}

void WatchCall::Start() {
  absl::StatusOr<AdmittedCall> admitted = Admit(environment_.gate, context_);
  if (!admitted.ok()) return EndWith(admitted.status());
  tallied_ = std::move(admitted->tallied);
  const absl::StatusOr<HealthCheckRequest> request = ParseMessage<HealthCheckRequest>(request_);
  if (!request.ok()) return EndWith(request.status());
  if (const absl::Status status = CheckHealthName(request->service()); !status.ok()) {
    return EndWith(status);
  }
  service_ = request->service();
  if (!state_.Watch(service_, this)) {
    EndWith(absl::ResourceExhaustedError("too many health watches, or the server is stopping"));
  }
}

void WatchCall::OnWritten(bool ok) {
  {
    const MutexLock lock(mutex_);
    busy_ = false;
    if (!ok) to_write_.reset();  // the client has gone; the done tag says so too
    Advance();
  }
  Unref(1);
}

void WatchCall::OnFinished(bool ok) {
  absl::StatusCode code = absl::StatusCode::kCancelled;
  {
    const MutexLock lock(mutex_);
    if (ok) code = end_->code();
  }
  environment_.observer->OnCallHandled(
      {.method = method_.name, .code = code, .handling = environment_.clock->Now() - started_});
  Unref(1);
}

void WatchCall::OnDone(bool /*ok*/) {
  state_.Unwatch(service_, this);
  {
    const MutexLock lock(mutex_);
    client_gone_ = true;
    to_write_.reset();
    if (!end_.has_value()) end_ = absl::CancelledError("the client has gone");
    Advance();
  }
  Unref(1);
}

void WatchCall::Advance() {
  if (!has_arrived_ || busy_) return;
  if (to_write_.has_value()) {
    HealthCheckResponse response;
    response.set_status(*std::exchange(to_write_, std::nullopt));
    busy_ = true;
    ++references_;
    writer_.Write(SerializeMessage(response), written_.Give());
  } else if (end_.has_value()) {
    busy_ = true;  // for good: nothing follows a finish
    ++references_;
    writer_.Finish(ToGrpcStatus(*end_), finished_.Give());
  }
}

void WatchCall::EndWith(const absl::Status& status) {
  const MutexLock lock(mutex_);
  if (!end_.has_value()) end_ = status;
  Advance();
}

void WatchCall::Unref(int count) {
  bool last = false;
  {
    const MutexLock lock(mutex_);
    references_ -= count;
    last = references_ == 0;
  }
  if (last) delete this;
}

}  // namespace quartet
