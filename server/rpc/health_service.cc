#include "rpc/health_service.h"

#include "absl/strings/str_cat.h"
#include "core/error_detail.h"

namespace quartet {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

namespace {

constexpr std::size_t kMaxNameBytes = 200;
constexpr std::string_view kService = "grpc.health.v1.Health";
constexpr MethodName kCheck = {kService, "Check", MethodType::kUnary};
constexpr MethodName kWatch = {kService, "Watch", MethodType::kServerStream};

}  // namespace

absl::Status CheckHealthName(const std::string& service) {
  if (service.size() <= kMaxNameBytes) return absl::OkStatus();
  return InvalidField("service",
                      absl::StrCat("has ", service.size(), " bytes, the limit is ", kMaxNameBytes));
}

HealthService::HealthService(HealthState& state)
    : state_(state),
      check_{
          .name = kCheck,
          .listen = ListenerOf(service_, &GrpcService::RequestCheck),
          .handle =
              [this](const HealthCheckRequest& request, const CallFacts& /*call*/,
                     Reply<HealthCheckResponse> reply) { reply.Finish(Check(request.service())); }},
      watch_{.name = kWatch, .listen = ListenerOf(service_, &GrpcService::RequestWatch)} {}

void HealthService::Listen(const CallEnvironment& environment, int depth) {
  for (int i = 0; i < depth; ++i) {
    UnaryCall<HealthCheckRequest, HealthCheckResponse>::Listen(check_, environment);
    WatchCall::Listen(watch_, state_, environment);
  }
}

std::vector<MethodName> HealthService::Methods() { return {kCheck, kWatch}; }

absl::StatusOr<HealthCheckResponse> HealthService::Check(const std::string& service) const {
  if (const absl::Status status = CheckHealthName(service); !status.ok()) return status;
  HealthCheckResponse response;
  response.set_status(state_.Get(service));
  if (response.status() == HealthCheckResponse::SERVICE_UNKNOWN) {
    return absl::NotFoundError(absl::StrCat("unknown service '", service, "'"));
  }
  return response;
}

}  // namespace quartet
