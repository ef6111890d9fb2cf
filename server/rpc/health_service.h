// grpc.health.v1.Health, served by ourselves: gRPC 1.51's own is built on the callback API, which
// next to a completion queue costs a fifth of the calls per second and a dozen threads.
#ifndef QUARTET_RPC_HEALTH_SERVICE_H_
#define QUARTET_RPC_HEALTH_SERVICE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "rpc/health_state.h"
#include "rpc/unary_call.h"
#include "rpc/watch_call.h"

namespace quartet {

// INVALID_ARGUMENT: over 200 bytes, gRPC's own limit.
absl::Status CheckHealthName(const std::string& service);

// Thread-safe. Must outlive the server that it is registered with.
class HealthService {
 public:
  // All names are NOT_SERVING but "liveness", which is SERVING until SetAlive says otherwise.
  HealthService();

  grpc::Service* grpc_service() { return &service_; }
  HealthState& state() { return state_; }

  // Waits for calls of every method, `depth` calls each. `environment` outlives the calls.
  void Listen(const CallEnvironment& environment, int depth);

  // Readiness: "", "readiness" and "quartet.v1.EmbeddingService".
  void SetReady(bool ready) QUARTET_EXCLUDES(mutex_);

  // Not ready, for good.
  void SetDraining() QUARTET_EXCLUDES(mutex_);

  bool IsReady() const { return IsServing("readiness"); }
  bool IsAlive() const { return IsServing("liveness"); }

  // "liveness": the process can do its work, and needs no restart.
  void SetAlive(bool alive);

  static std::vector<MethodName> Methods();

 private:
  using GrpcService = grpc::health::v1::Health::WithRawMethod_Check<
      grpc::health::v1::Health::WithRawMethod_Watch<grpc::health::v1::Health::Service>>;

  bool IsServing(const std::string& service) const {
    return state_.Get(service) == grpc::health::v1::HealthCheckResponse::SERVING;
  }
  void SetReadiness(ServingStatus status) QUARTET_REQUIRES(mutex_);
  absl::StatusOr<grpc::health::v1::HealthCheckResponse> Check(const std::string& service) const;

  Mutex mutex_;
  bool draining_ QUARTET_GUARDED_BY(mutex_) = false;
  HealthState state_;
  GrpcService service_;
  const UnaryMethod<grpc::health::v1::HealthCheckRequest, grpc::health::v1::HealthCheckResponse>
      check_;
  const WatchMethod watch_;
};

}  // namespace quartet

#endif  // QUARTET_RPC_HEALTH_SERVICE_H_
