// One Health.Watch stream.
#ifndef QUARTET_RPC_WATCH_CALL_H_
#define QUARTET_RPC_WATCH_CALL_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/async_stream.h>

#include <functional>
#include <optional>
#include <string>

#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "rpc/completion_tag.h"
#include "rpc/health_state.h"
#include "rpc/unary_call.h"

namespace quartet {

struct WatchMethod {
  MethodName name;
  std::function<void(grpc::ServerContext*, grpc::ByteBuffer*,
                     grpc::ServerAsyncWriter<grpc::ByteBuffer>*, grpc::ServerCompletionQueue*,
                     void* tag)>
      listen;
};

// Deletes itself, as UnaryCall does and by the same counting. Writes the newest status: one that
// was overtaken while an older one was on the wire is skipped, as the health protocol allows.
class WatchCall final : public HealthWatcher {
 public:
  static void Listen(const WatchMethod& method, HealthState& state,
                     const CallEnvironment& environment);

  WatchCall(const WatchCall&) = delete;
  WatchCall& operator=(const WatchCall&) = delete;

  void OnStatus(ServingStatus status) override QUARTET_EXCLUDES(mutex_);
  void OnEnd() override QUARTET_EXCLUDES(mutex_);

 private:
  WatchCall(const WatchMethod& method, HealthState& state, const CallEnvironment& environment);
  ~WatchCall();

  void OnArrived(bool ok);
  void OnWritten(bool ok);
  void OnFinished(bool ok);
  void OnDone(bool ok);
  void Start();
  // Starts the next operation, if none is on its way and there is something to do.
  void Advance() QUARTET_REQUIRES(mutex_);
  void EndWith(const absl::Status& status) QUARTET_EXCLUDES(mutex_);
  void Unref(int count) QUARTET_EXCLUDES(mutex_);

  const WatchMethod& method_;
  HealthState& state_;
  const CallEnvironment& environment_;
  TimePoint started_;
  std::string service_;  // set on arrival
  TalliedCall tallied_;  // set on arrival

  Mutex mutex_;
  int references_ QUARTET_GUARDED_BY(mutex_) = 2;  // the arrived tag and the done tag
  bool has_arrived_ QUARTET_GUARDED_BY(mutex_) = false;
  bool client_gone_ QUARTET_GUARDED_BY(mutex_) = false;
  bool busy_ QUARTET_GUARDED_BY(mutex_) = false;  // a write, or the finish, was started
  std::optional<ServingStatus> to_write_ QUARTET_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ QUARTET_GUARDED_BY(mutex_);  // finish with this

  grpc::ServerContext context_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncWriter<grpc::ByteBuffer> writer_{&context_};
  MemberTag<WatchCall, &WatchCall::OnArrived> arrived_{this};
  MemberTag<WatchCall, &WatchCall::OnDone> done_{this};
  MemberTag<WatchCall, &WatchCall::OnWritten> written_{this};
  MemberTag<WatchCall, &WatchCall::OnFinished> finished_{this};
};

}  // namespace quartet

#endif  // QUARTET_RPC_WATCH_CALL_H_
