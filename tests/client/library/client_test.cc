// The C++ client against gRPC servers of this process that refuse as the test wants.
#include "library/client.h"

#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "quartet/v1/embedding.grpc.pb.h"

namespace quartet::client {
namespace {

// Refuses the first calls for overload; the vector of each text is its length.
class Overloaded final : public v1::EmbeddingService::Service {
 public:
  explicit Overloaded(int refusals) : refusals_(refusals) {}

  grpc::Status Embed(grpc::ServerContext* context, const v1::EmbedRequest* request,
                     v1::EmbedResponse* response) override {
    if (refusals_-- > 0) {
      context->AddTrailingMetadata("grpc-retry-pushback-ms", "1");
      return {grpc::StatusCode::RESOURCE_EXHAUSTED, "the queue is full"};
    }
    response->set_model_fingerprint("model");
    for (const std::string& text : request->texts()) {
      const float length = static_cast<float>(text.size());
      response->add_embeddings()->set_float32_le(&length, sizeof(length));
    }
    return grpc::Status::OK;
  }

 private:
  std::atomic<int> refusals_;
};

class LocalServer {
 public:
  explicit LocalServer(int refusals = 0) : service_(refusals) {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    options_.address = "127.0.0.1:" + std::to_string(port);
    SetReady(true);
  }

  void SetReady(bool ready) {
    server_->GetHealthCheckService()->SetServingStatus("readiness", ready);
  }

  ClientOptions options() const { return options_; }

 private:
  Overloaded service_;
  std::unique_ptr<grpc::Server> server_;
  ClientOptions options_;
};

TEST_CASE("texts refused more often than gRPC tries again go again", "[client]") {
  const LocalServer server(/*refusals=*/14);  // gRPC makes five attempts of a call
  ClientOptions options = server.options();
  options.batch_size = 1;
  options.concurrency = 2;
  const auto client = Client::Create(options);
  REQUIRE(client.ok());
  const auto embedded = client->Embed({"a", "bb", "ccc"});
  REQUIRE(embedded.ok());
  CHECK(embedded->values == std::vector<float>{1, 2, 3});
}

TEST_CASE("a server that is not ready says so to a client that watches health", "[client]") {
  LocalServer server;
  server.SetReady(false);
  const auto client = Client::Create(server.options());
  REQUIRE(client.ok());
  CHECK(client->IsServing() == absl::StatusOr<bool>(false));
  server.SetReady(true);
  CHECK(client->IsServing() == absl::StatusOr<bool>(true));
  CHECK(client->IsServing("unknown").status().code() == absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace quartet::client
