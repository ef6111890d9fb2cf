// grpc.health.v1.Health, served by ourselves: gRPC 1.51's own is built on the callback API, which
// next to a completion queue costs a fifth of the calls per second and a dozen threads.
#ifndef QUARTET_RPC_HEALTH_SERVICE_H_
#define QUARTET_RPC_HEALTH_SERVICE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
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
  // `state` must outlive it; several services may answer with one.
  explicit HealthService(HealthState& state);

  grpc::Service* grpc_service() { return &service_; }
  HealthState& state() { return state_; }

  // Waits for calls of every method, `depth` calls each. `environment` outlives the calls.
  void Listen(const CallEnvironment& environment, int depth);

  static std::vector<MethodName> Methods();

 private:
  using GrpcService = grpc::health::v1::Health::WithRawMethod_Check<
      grpc::health::v1::Health::WithRawMethod_Watch<grpc::health::v1::Health::Service>>;

  absl::StatusOr<grpc::health::v1::HealthCheckResponse> Check(const std::string& service) const;

  HealthState& state_;
  GrpcService service_;
  const UnaryMethod<grpc::health::v1::HealthCheckRequest, grpc::health::v1::HealthCheckResponse>
      check_;
  const WatchMethod watch_;
};

}  // namespace quartet

#endif  // QUARTET_RPC_HEALTH_SERVICE_H_
