#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"
#include "rpc/health_service.h"
#include "rpc/server_fixture.h"

namespace quartet {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

class HealthFixture : public ServerFixture {
 protected:
  grpc::Status Check(const std::string& service, ServingStatus* status) {
    grpc::ClientContext context;
    HealthCheckRequest request;
    request.set_service(service);
    HealthCheckResponse response;
    grpc::Status result = health_stub_->Check(&context, request, &response);
    *status = response.status();
    return result;
  }

  std::unique_ptr<grpc::ClientReader<HealthCheckResponse>> Watch(grpc::ClientContext* context,
                                                                 const std::string& service) {
    HealthCheckRequest request;
    request.set_service(service);
    return health_stub_->Watch(context, request);
  }

  std::unique_ptr<Health::Stub> health_stub_ = Health::NewStub(channel_);
};

TEST_CASE_METHOD(HealthFixture, "readiness follows SetReady, liveness does not", "[rpc]") {
  ServingStatus status;
  for (const std::string name : {"", "readiness", "quartet.v1.EmbeddingService"}) {
    REQUIRE(Check(name, &status).ok());
    CHECK(status == HealthCheckResponse::NOT_SERVING);
    health_.SetReady(true);
    REQUIRE(Check(name, &status).ok());
    CHECK(status == HealthCheckResponse::SERVING);
    health_.SetReady(false);
  }
  REQUIRE(Check("liveness", &status).ok());
  CHECK(status == HealthCheckResponse::SERVING);
}

TEST_CASE_METHOD(HealthFixture, "who drains is not ready again", "[rpc]") {
  ServingStatus status;
  health_.SetReady(true);
  health_.SetDraining();
  health_.SetReady(true);  // a model that heals meanwhile
  REQUIRE(Check("readiness", &status).ok());
  CHECK(status == HealthCheckResponse::NOT_SERVING);
}

TEST_CASE_METHOD(HealthFixture, "an unknown name is NOT_FOUND, a huge one INVALID_ARGUMENT",
                 "[rpc]") {
  ServingStatus status;
  CHECK(Check("no.such.Service", &status).error_code() == grpc::StatusCode::NOT_FOUND);
  CHECK(Check(std::string(201, 'x'), &status).error_code() == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE_METHOD(HealthFixture, "a watch tells the status now and each change", "[rpc]") {
  grpc::ClientContext context;
  const auto watch = Watch(&context, "readiness");
  HealthCheckResponse response;
  REQUIRE(watch->Read(&response));
  CHECK(response.status() == HealthCheckResponse::NOT_SERVING);
  health_.SetReady(true);
  REQUIRE(watch->Read(&response));
  CHECK(response.status() == HealthCheckResponse::SERVING);
  context.TryCancel();
}

TEST_CASE_METHOD(HealthFixture, "a watch of an unknown name says so and stays open", "[rpc]") {
  grpc::ClientContext context;
  const auto watch = Watch(&context, "later");
  HealthCheckResponse response;
  REQUIRE(watch->Read(&response));
  CHECK(response.status() == HealthCheckResponse::SERVICE_UNKNOWN);
  health_.Set("later", HealthCheckResponse::SERVING);
  REQUIRE(watch->Read(&response));
  CHECK(response.status() == HealthCheckResponse::SERVING);
  context.TryCancel();
}

TEST_CASE_METHOD(HealthFixture, "stopping tells watchers the last status, then ends their streams",
                 "[rpc]") {
  health_.SetReady(true);
  grpc::ClientContext context;
  const auto watch = Watch(&context, "");
  HealthCheckResponse response;
  REQUIRE(watch->Read(&response));
  health_.SetReady(false);
  const auto start = std::chrono::steady_clock::now();
  std::thread shutdown([this] { CHECK(server_->Shutdown(std::chrono::seconds(60))); });
  REQUIRE(watch->Read(&response));
  CHECK(response.status() == HealthCheckResponse::NOT_SERVING);
  CHECK_FALSE(watch->Read(&response));
  CHECK(watch->Finish().error_code() == grpc::StatusCode::UNAVAILABLE);
  shutdown.join();
  // An open watch would have used up the whole minute.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}

TEST_CASE_METHOD(HealthFixture, "watchers that come and go leave nothing behind", "[rpc]") {
  for (int i = 0; i < 100; ++i) {
    grpc::ClientContext context;
    const auto watch = Watch(&context, "readiness");
    if (i % 2 == 0) {
      HealthCheckResponse response;
      CHECK(watch->Read(&response));
    }
    context.TryCancel();
    CHECK(watch->Finish().error_code() == grpc::StatusCode::CANCELLED);
    health_.SetReady(i % 3 == 0);
  }
}

}  // namespace
}  // namespace quartet
