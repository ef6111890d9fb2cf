#include "rpc/status_mapping.h"

#include <chrono>
#include <string>

#include "core/error_detail.h"
#include "google/rpc/error_details.pb.h"
#include "rpc/proto_duration.h"

namespace quartet {
namespace {

// The message is "<field>: <problem>" (core/error_detail.h); the detail has them apart.
google::rpc::BadRequest MakeBadRequest(const std::string& field, const std::string& message) {
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field(field);
  violation->set_description(message.substr(field.size() + std::string(": ").size()));
  return bad_request;
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  const std::string message(status.message());
  google::rpc::Status proto;
  // absl's codes are gRPC's, by design of both.
  proto.set_code(static_cast<int>(status.code()));
  proto.set_message(message);
  if (const auto field = FieldOf(status)) {
    proto.add_details()->PackFrom(MakeBadRequest(*field, message));
  }
  if (const auto delay = RetryAfterOf(status)) {
    google::rpc::RetryInfo retry;
    *retry.mutable_retry_delay() = ToProtoDuration(*delay);
    proto.add_details()->PackFrom(retry);
  }
  return proto;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status proto = ToRpcStatus(status);
  const auto code = static_cast<grpc::StatusCode>(proto.code());
  if (proto.details().empty()) return {code, proto.message()};
  return {code, proto.message(), proto.SerializeAsString()};
}

void AddRetryPushback(const absl::Status& status, grpc::ServerContext& context) {
  const auto delay = RetryAfterOf(status);
  if (!delay.has_value()) return;
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(*delay).count();
  context.AddTrailingMetadata("grpc-retry-pushback-ms", std::to_string(milliseconds));
}

}  // namespace quartet
