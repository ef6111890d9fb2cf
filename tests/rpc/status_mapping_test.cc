#include "rpc/status_mapping.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "core/error_detail.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace quartet {
namespace {

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  REQUIRE(details.ParseFromString(status.error_details()));
  return details;
}

TEST_CASE("code and message are kept", "[rpc]") {
  const grpc::Status status = ToGrpcStatus(absl::DeadlineExceededError("too late"));
  CHECK(status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED);
  CHECK(status.error_message() == "too late");
  CHECK(status.error_details().empty());
  CHECK(ToGrpcStatus(absl::OkStatus()).ok());
}

TEST_CASE("an invalid field becomes a BadRequest", "[rpc]") {
  const grpc::Status status = ToGrpcStatus(InvalidField("texts[3]", "is empty"));
  const google::rpc::Status details = DetailsOf(status);
  google::rpc::BadRequest bad_request;
  REQUIRE(details.details_size() == 1);
  REQUIRE(details.details(0).UnpackTo(&bad_request));
  REQUIRE(bad_request.field_violations_size() == 1);
  CHECK(bad_request.field_violations(0).field() == "texts[3]");
  CHECK(bad_request.field_violations(0).description() == "is empty");
  CHECK(details.code() == status.error_code());
}

TEST_CASE("advice to retry becomes a RetryInfo", "[rpc]") {
  const grpc::Status status = ToGrpcStatus(
      WithRetryAfter(absl::ResourceExhaustedError("full"), std::chrono::milliseconds(200)));
  google::rpc::RetryInfo retry;
  REQUIRE(DetailsOf(status).details(0).UnpackTo(&retry));
  CHECK(retry.retry_delay().nanos() == 200'000'000);
}

}  // namespace
}  // namespace quartet
