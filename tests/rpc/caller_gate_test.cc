#include "rpc/caller_gate.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "core/error_detail.h"
#include "rpc/server_fixture.h"

namespace quartet {
namespace {

// Takes the header for the caller's name; "stranger" may not come in.
class NamingGate final : public CallerGate {
 public:
  bool AsksForNames() const override { return false; }
  absl::StatusOr<KnownCaller> Admit(const Caller& caller) override {
    if (caller.authorization == "stranger") return absl::UnauthenticatedError("who?");
    return KnownCaller{std::string(caller.authorization), tally};
  }

  const std::shared_ptr<ClientTally> tally = std::make_shared<ClientTally>();
};

struct GateOfFixture {  // is there before the server is
  NamingGate gate_;
};

class NamedCallers : protected GateOfFixture, protected ServerFixture {
 protected:
  NamedCallers() : ServerFixture(Duration::max(), {}, &gate_) {
    handler_ = [this](Request request) {
      client_ = request.client;
      EmbedResult result = ResultOf(request);
      request.reply.Finish(std::move(result));
    };
  }

  // A connection of its own.
  std::unique_ptr<v1::EmbeddingService::Stub> Connect() {
    grpc::ChannelArguments own;
    own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return v1::EmbeddingService::NewStub(grpc::CreateCustomChannel(
        "127.0.0.1:" + std::to_string(server_->port()), grpc::InsecureChannelCredentials(), own));
  }

  // Whose the call is said to be.
  ClientId ClientOf(v1::EmbeddingService::Stub& stub, const std::string& name) {
    grpc::ClientContext context;
    if (!name.empty()) context.AddMetadata("authorization", name);
    v1::EmbedResponse response;
    CHECK(stub.Embed(&context, RequestOf({"text"}), &response).ok());
    return client_;
  }

  void WaitUntilAtRest() const {
    while (gate_.tally->in_flight != 0) std::this_thread::yield();
  }

  std::atomic<ClientId> client_ = 0;
};

TEST_CASE_METHOD(NamedCallers, "a name is one client, whatever the connection", "[rpc]") {
  const auto one = Connect();
  const auto two = Connect();
  const ClientId search = ClientOf(*one, "search");
  CHECK(ClientOf(*two, "search") == search);
  CHECK(ClientOf(*one, "batch") != search);
  CHECK(ClientOf(*one, "search") == search);
}

TEST_CASE_METHOD(NamedCallers, "without a name each connection is a client", "[rpc]") {
  const auto one = Connect();
  const auto two = Connect();
  const ClientId first = ClientOf(*one, "");
  CHECK(ClientOf(*one, "") == first);
  CHECK(ClientOf(*two, "") != first);
  CHECK(ClientOf(*one, "search") != first);
}

TEST_CASE_METHOD(NamedCallers, "calls are counted while they last", "[rpc]") {
  KeepRequests();
  std::thread caller([&] {
    v1::EmbedResponse response;
    CHECK(Embed(RequestOf({"text"}), &response).ok());
  });
  {
    Request request = TakeKept();
    CHECK(gate_.tally->calls == 1);
    CHECK(gate_.tally->in_flight == 1);
    request.reply.Finish(ResultOf(request));
  }
  caller.join();
  WaitUntilAtRest();
  CHECK(gate_.tally->calls == 1);
  CHECK(gate_.tally->refused == 0);
}

TEST_CASE_METHOD(NamedCallers, "who may not come in is counted nowhere", "[rpc]") {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "stranger");
  v1::EmbedResponse response;
  const grpc::Status status = stub_->Embed(&context, RequestOf({"text"}), &response);
  CHECK(status.error_code() == grpc::StatusCode::UNAUTHENTICATED);
  CHECK(gate_.tally->calls == 0);
}

TEST_CASE_METHOD(NamedCallers, "a call is refused that is told to come again", "[rpc]") {
  const auto answer = [&](const absl::Status& status) {
    handler_ = [status](Request request) { request.reply.Finish(status); };
    v1::EmbedResponse response;
    Embed(RequestOf({"text"}), &response);
  };
  answer(absl::InvalidArgumentError("no"));
  CHECK(gate_.tally->refused == 0);
  answer(WithRetryAfter(absl::ResourceExhaustedError("full"), std::chrono::milliseconds(1)));
  CHECK(gate_.tally->refused == 1);
  WaitUntilAtRest();
  CHECK(gate_.tally->calls == 2);
}

TEST_CASE_METHOD(NamedCallers, "a stream is one call of its client", "[rpc]") {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "search");
  const auto stream = stub_->EmbedStream(&context);
  v1::EmbedStreamRequest request;
  v1::EmbedStreamResponse response;
  for (int i = 0; i < 3; ++i) {
    request.set_text("text");
    REQUIRE(stream->Write(request));
    REQUIRE(stream->Read(&response));
    CHECK(gate_.tally->in_flight == 1);
  }
  const ClientId streamed = client_;
  stream->WritesDone();
  CHECK(stream->Finish().ok());
  WaitUntilAtRest();
  CHECK(gate_.tally->calls == 1);
  CHECK(ClientOf(*stub_, "search") == streamed);
}

}  // namespace
}  // namespace quartet
