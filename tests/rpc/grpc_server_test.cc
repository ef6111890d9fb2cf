#include "rpc/grpc_server.h"

#include <grpcpp/generic/generic_stub.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "core/error_detail.h"
#include "rpc/server_fixture.h"

namespace quartet {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

TEST_CASE_METHOD(ServerFixture, "a call is answered in the order of its texts", "[rpc]") {
  v1::EmbedResponse response;
  REQUIRE(Embed(RequestOf({"a", "four", "ab"}), &response).ok());
  REQUIRE(response.embeddings_size() == 3);
  CHECK(response.embeddings(0).values(0) == 1);
  CHECK(response.embeddings(1).values(0) == 4);
  CHECK(response.embeddings(2).values(0) == 2);
  CHECK(response.model_fingerprint() == "abc");
}

TEST_CASE_METHOD(ServerFixture, "a prompt goes before each text", "[rpc]") {
  v1::EmbedRequest request = RequestOf({"a", "bcd"});
  request.set_prompt_name("query");
  v1::EmbedResponse response;
  REQUIRE(Embed(request, &response).ok());
  CHECK(response.embeddings(0).values(0) == 8);
  CHECK(response.embeddings(1).values(0) == 10);
  request.set_prompt_name("passage");
  const grpc::Status status = Embed(request, &response);
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(status.error_message() == "prompt_name: is 'passage'; the model's prompts are 'query'");
}

TEST_CASE_METHOD(ServerFixture, "more calls than are listened for are all answered", "[rpc]") {
  std::vector<std::thread> clients;
  std::atomic<int> answered = 0;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        v1::EmbedResponse response;
        if (Embed(RequestOf({"text"}), &response).ok()) ++answered;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(answered == 800);
  CHECK(observer_.WaitForCodes(800).size() == 800);
}

TEST_CASE_METHOD(ServerFixture, "garbage is INVALID_ARGUMENT, counted, and harms nobody", "[rpc]") {
  grpc::Slice garbage("\xff\xff\xff\xff garbage");
  grpc::ByteBuffer request(&garbage, 1);
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  grpc::ByteBuffer response;
  grpc::Status status;
  auto call =
      stub.PrepareUnaryCall(&context, "/quartet.v1.EmbeddingService/Embed", request, &queue);
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  REQUIRE(queue.Next(&tag, &ok));
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(observer_.WaitForCodes(1)[0] == absl::StatusCode::kInvalidArgument);
  v1::EmbedResponse good;
  CHECK(Embed(RequestOf({"text"}), &good).ok());
}

TEST_CASE_METHOD(ServerFixture, "a request the handler drops is answered INTERNAL", "[rpc]") {
  handler_ = [](Request) {};
  v1::EmbedResponse response;
  CHECK(Embed(RequestOf({"text"}), &response).error_code() == grpc::StatusCode::INTERNAL);
}

TEST_CASE_METHOD(ServerFixture, "advice to retry reaches the client's trailer", "[rpc]") {
  handler_ = [](Request request) {
    request.reply.Finish(
        WithRetryAfter(absl::ResourceExhaustedError("full"), std::chrono::milliseconds(200)));
  };
  grpc::ClientContext context;
  v1::EmbedResponse response;
  const grpc::Status status = stub_->Embed(&context, RequestOf({"text"}), &response);
  CHECK(status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
  const auto& trailers = context.GetServerTrailingMetadata();
  REQUIRE(trailers.count("grpc-retry-pushback-ms") == 1);
  CHECK(trailers.find("grpc-retry-pushback-ms")->second == "200");
}

TEST_CASE_METHOD(ServerFixture, "a client's request id comes back, with errors too", "[rpc]") {
  struct Row {
    std::string sent;
    std::string text;
    std::size_t echoed;
  };
  const std::vector<Row> table = {
      {"4bf92f35-77b3", "text", 1},       {"4bf92f35-77b3", "", 1},            // INVALID_ARGUMENT
      {std::string(128, 'i'), "text", 1}, {std::string(129, 'i'), "text", 0},  // nobody's id
      {"two words", "text", 0},           {"", "text", 0},
  };
  std::size_t calls = 0;
  for (const Row& row : table) {
    INFO(row.sent);
    grpc::ClientContext context;
    context.AddMetadata("x-request-id", row.sent);
    v1::EmbedResponse response;
    CHECK(stub_->Embed(&context, RequestOf({row.text}), &response).ok() == !row.text.empty());
    const auto& metadata = context.GetServerInitialMetadata();
    REQUIRE(metadata.count("x-request-id") == row.echoed);
    if (row.echoed == 1) CHECK(metadata.find("x-request-id")->second == row.sent);
    observer_.WaitForCodes(++calls);
    CHECK(observer_.LastRequestId() == (row.echoed == 1 ? row.sent : ""));
  }
}

class SlowCallsFixture : public ServerFixture {
 protected:
  SlowCallsFixture() : ServerFixture(Duration::zero()) {}
};

TEST_CASE_METHOD(SlowCallsFixture, "a slow call is described", "[rpc]") {
  v1::EmbedResponse response;
  REQUIRE(Embed(RequestOf({"a", "four"}), &response).ok());
  observer_.WaitForCodes(1);
  CHECK(observer_.LastNotes() == CallNotes{{"texts", "2"},
                                           {"tokens", "5"},
                                           {"queue_ms", "0"},
                                           {"tokenize_ms", "0"},
                                           {"inference_ms", "0"}});
}

TEST_CASE_METHOD(ServerFixture, "of other calls only those that we failed are described", "[rpc]") {
  v1::EmbedResponse response;
  REQUIRE(Embed(RequestOf({"text"}), &response).ok());
  REQUIRE_FALSE(Embed(RequestOf({""}), &response).ok());
  observer_.WaitForCodes(2);
  CHECK(observer_.LastNotes().empty());
  handler_ = [](Request request) { request.reply.Finish(absl::InternalError("broken")); };
  REQUIRE_FALSE(Embed(RequestOf({"text"}), &response).ok());
  observer_.WaitForCodes(3);
  CHECK(observer_.LastNotes() == CallNotes{{"message", "broken"}});
}

TEST_CASE_METHOD(ServerFixture, "a call without a deadline gets the default one", "[rpc]") {
  TimePoint deadline;
  handler_ = [&deadline](Request request) {
    deadline = request.deadline;
    request.reply.Finish(ResultOf(request));
  };
  v1::EmbedResponse response;
  REQUIRE(Embed(RequestOf({"text"}), &response).ok());
  CHECK(deadline <= clock_.Now() + seconds(30));
  CHECK(deadline >= clock_.Now() + seconds(20));

  grpc::ClientContext context;
  context.set_deadline(system_clock::now() + seconds(5));
  REQUIRE(stub_->Embed(&context, RequestOf({"text"}), &response).ok());
  CHECK(deadline <= clock_.Now() + seconds(10));
}

TEST_CASE_METHOD(ServerFixture, "a client that hangs up is seen by whoever holds the request",
                 "[rpc]") {
  KeepRequests();
  grpc::ClientContext context;
  std::thread client([&] {
    v1::EmbedResponse response;
    CHECK(stub_->Embed(&context, RequestOf({"text"}), &response).error_code() ==
          grpc::StatusCode::CANCELLED);
  });
  Request request = TakeKept();
  CHECK_FALSE(request.reply.IsCancelled());
  context.TryCancel();
  while (!request.reply.IsCancelled()) std::this_thread::yield();
  client.join();
  request.reply.Finish(absl::CancelledError("gone"));
  CHECK(observer_.WaitForCodes(1)[0] == absl::StatusCode::kCancelled);
}

TEST_CASE_METHOD(ServerFixture, "Tokenize shows the tokens of a text", "[rpc]") {
  grpc::ClientContext context;
  v1::TokenizeRequest request;
  request.set_text("ab");
  v1::TokenizeResponse response;
  REQUIRE(stub_->Tokenize(&context, request, &response).ok());
  REQUIRE(response.tokens_size() == 4);
  CHECK(response.tokens(1).piece() == "a");
  CHECK(response.ids(2) == 'b');
}

TEST_CASE_METHOD(ServerFixture, "Tokenize names what it refuses", "[rpc]") {
  grpc::ClientContext context;
  v1::TokenizeResponse response;
  const grpc::Status status = stub_->Tokenize(&context, {}, &response);
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(status.error_message() == "text: is empty; a text has at least 1 byte");
}

TEST_CASE_METHOD(ServerFixture, "GetModelInfo tells the model, the limits and the version",
                 "[rpc]") {
  grpc::ClientContext context;
  v1::GetModelInfoResponse info;
  REQUIRE(stub_->GetModelInfo(&context, {}, &info).ok());
  CHECK(info.name() == "fake");
  CHECK(info.fingerprint() == "abc");
  CHECK(info.prompts().at("query") == "query: ");
  CHECK_FALSE(info.has_default_prompt_name());
  CHECK(info.dimensions() == 2);
  CHECK(info.max_sequence_length() == 16);
  CHECK(info.max_texts_per_request() == 256);
  CHECK(info.max_text_bytes() == 32768);
  CHECK(info.server_version() == "1.2.3");
}

TEST_CASE_METHOD(ServerFixture, "a message over the limit is refused", "[rpc]") {
  v1::EmbedResponse response;
  CHECK(Embed(RequestOf({std::string(2 << 20, 'x')}), &response).error_code() ==
        grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_CASE_METHOD(ServerFixture, "shutting down waits for the call inside", "[rpc]") {
  KeepRequests();
  std::thread client([&] {
    v1::EmbedResponse response;
    CHECK(Embed(RequestOf({"text"}), &response).ok());
  });
  Request request = TakeKept();
  bool all_answered = false;
  std::thread shutdown([&] { all_answered = server_->Shutdown(seconds(30)); });
  while (channel_->GetState(false) == GRPC_CHANNEL_READY) std::this_thread::yield();
  request.reply.Finish(ResultOf(request));
  shutdown.join();
  client.join();
  CHECK(all_answered);
}

TEST_CASE_METHOD(ServerFixture, "shutting down ends in time when a call is never answered",
                 "[rpc]") {
  KeepRequests();
  std::thread client([&] {
    v1::EmbedResponse response;
    CHECK_FALSE(Embed(RequestOf({"text"}), &response).ok());
  });
  Request request = TakeKept();
  CHECK_FALSE(server_->Shutdown(std::chrono::milliseconds(50)));
  client.join();
  // The client may hear of it first. Without the cancellation the test would not end.
  while (!request.reply.IsCancelled()) std::this_thread::yield();
}

TEST_CASE_METHOD(ServerFixture, "a port that is taken is an error that names it", "[rpc]") {
  EmbeddingService embedding({}, clock_, {});
  HealthState state;
  HealthService health(state);
  const std::string address = "127.0.0.1:" + std::to_string(server_->port());
  const auto second =
      GrpcServer::Create({.address = address}, &embedding, health, clock_, observer_);
  CHECK(second.status().code() == absl::StatusCode::kUnavailable);
  CHECK_THAT(std::string(second.status().message()), Catch::Contains(address));
}

TEST_CASE_METHOD(ServerFixture, "an admin server answers health, from the same state, and no texts",
                 "[rpc]") {
  HealthService health(health_);
  const auto admin =
      GrpcServer::Create({.address = "127.0.0.1:0"}, nullptr, health, clock_, observer_);
  REQUIRE(admin.ok());
  const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string((*admin)->port()),
                                           grpc::InsecureChannelCredentials());
  health_.SetReady(true);
  {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service("readiness");
    grpc::health::v1::HealthCheckResponse response;
    REQUIRE(grpc::health::v1::Health::NewStub(channel)->Check(&context, request, &response).ok());
    CHECK(response.status() == grpc::health::v1::HealthCheckResponse::SERVING);
  }
  grpc::ClientContext context;
  v1::EmbedResponse response;
  const grpc::Status status =
      v1::EmbeddingService::NewStub(channel)->Embed(&context, RequestOf({"text"}), &response);
  CHECK(status.error_code() == grpc::StatusCode::UNIMPLEMENTED);
}

TEST_CASE("gRPC's buffers have a quarter of the memory limit at most", "[rpc]") {
  CHECK(BufferBytes(std::nullopt) == kMostBufferBytes);
  CHECK(BufferBytes(std::int64_t{8} << 30) == kMostBufferBytes);
  CHECK(BufferBytes(400'000'000) == 100'000'000);
}

}  // namespace
}  // namespace quartet
