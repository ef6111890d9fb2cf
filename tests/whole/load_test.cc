// The port, the pipeline and a puppet for the model under a load of everything at once.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fakes/fake_served_model.h"
#include "fakes/recording_observer.h"
#include "pipeline/pipeline.h"
#include "rpc/grpc_server.h"

namespace quartet {
namespace {

constexpr int kCalls = 150;  // of each client
constexpr int kTexts = 300;  // of each stream

class SilentCallObserver final : public CallObserver {
 public:
  void OnCallStarted(const MethodName&) override {}
  void OnCallHandled(const HandledCall&) override { ++handled; }
  std::atomic<int> handled = 0;
};

class WholeServer {
 protected:
  WholeServer() {
    auto server = GrpcServer::Create({.address = "127.0.0.1:0", .slow_call = {}, .tei = &tei_},
                                     &embedding_, health_service_, clock_, calls_);
    REQUIRE(server.ok());
    server_ = *std::move(server);
  }

  // A connection of its own for each.
  std::unique_ptr<v1::EmbeddingService::Stub> Connect(int number) const {
    grpc::ChannelArguments arguments;
    arguments.SetInt("quartet.test.client", number);
    return v1::EmbeddingService::NewStub(
        grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()),
                                  grpc::InsecureChannelCredentials(), arguments));
  }

  void Call(int number) {
    const auto stub = Connect(number);
    for (int i = 0; i < kCalls; ++i) {
      v1::EmbedRequest request;
      for (int text = 0; text <= i % 6; ++text) request.add_texts(std::string(text + 1, 'a'));
      grpc::ClientContext context;
      v1::EmbedResponse response;
      const grpc::Status status = stub->Embed(&context, request, &response);
      if (!status.ok()) continue;
      ++answered_;
      // The puppet says how many tokens a text has: an answer of another call would show.
      for (int text = 0; text <= i % 6; ++text) {
        if (response.embeddings(text).token_count() != static_cast<unsigned>(text) + 3) ++wrong_;
      }
    }
  }

  // Calls that end before their answer: some by the client, some by their deadline.
  void CallAndGo(int number) {
    const auto stub = Connect(number);
    grpc::CompletionQueue queue;
    for (int i = 0; i < kCalls; ++i) {
      v1::EmbedRequest request;
      for (int text = 0; text < 8; ++text) request.add_texts("text");
      grpc::ClientContext context;
      if (i % 2 == 0) {
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::microseconds(300));
      }
      v1::EmbedResponse response;
      grpc::Status status;
      const auto call = stub->AsyncEmbed(&context, request, &queue);
      call->Finish(&response, &status, &context);
      if (i % 2 == 1) context.TryCancel();
      void* tag = nullptr;
      bool ok = false;
      queue.Next(&tag, &ok);
    }
  }

  void Stream(int number) {
    const auto stub = Connect(number);
    grpc::ClientContext context;
    const auto stream = stub->EmbedStream(&context);
    std::thread writer([&] {
      for (int i = 0; i < kTexts; ++i) {
        v1::EmbedStreamRequest request;
        request.set_id(static_cast<std::uint64_t>(i));
        request.set_text("text of a stream");
        if (!stream->Write(request)) return;
      }
      stream->WritesDone();
    });
    v1::EmbedStreamResponse response;
    std::uint64_t next = 0;
    while (stream->Read(&response)) {
      if (response.id() != next++) ++wrong_;
    }
    writer.join();
    if (stream->Finish().ok() && next == kTexts) ++streams_;
  }

  // Streams whose client goes in the middle.
  void StreamAndGo(int number) {
    const auto stub = Connect(number);
    for (int i = 0; i < 20; ++i) {
      grpc::ClientContext context;
      const auto stream = stub->EmbedStream(&context);
      v1::EmbedStreamRequest request;
      request.set_text("text of a stream");
      for (int text = 0; text < 30; ++text) stream->Write(request);
      v1::EmbedStreamResponse response;
      stream->Read(&response);
      context.TryCancel();
      stream->Finish();
    }
  }

  FakeServedModel served_;
  SystemClock clock_;
  RecordingObserver observer_;
  SilentCallObserver calls_;
  // Small enough that calls are refused, too.
  Pipeline pipeline_{
      {.lanes = 2, .max_queue_tokens = 400, .cache_bytes = 1 << 16}, clock_, observer_};
  EmbeddingService embedding_{
      {.limits = {}, .deadlines = {}, .streams = {}, .server_version = "1.2.3"},
      clock_,
      {.served = [this] { return served_.served; },
       .embed = [this](Request request) { pipeline_.Submit(std::move(request)); },
       .tokenize =
           [this](TokenizeRequest request) { pipeline_.SubmitTokenize(std::move(request)); }}};
  TeiService tei_{embedding_, clock_, {}};
  HealthState health_;
  HealthService health_service_{health_};
  std::unique_ptr<GrpcServer> server_;
  std::atomic<int> answered_ = 0, wrong_ = 0, streams_ = 0;
};

TEST_CASE_METHOD(WholeServer, "calls, streams and calls that are given up do not meet", "[whole]") {
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i) clients.emplace_back([this, i] { Call(i); });
  for (int i = 3; i < 5; ++i) clients.emplace_back([this, i] { CallAndGo(i); });
  for (int i = 5; i < 7; ++i) clients.emplace_back([this, i] { Stream(i); });
  clients.emplace_back([this] { StreamAndGo(7); });
  for (std::thread& client : clients) client.join();
  CHECK(wrong_ == 0);
  CHECK(answered_ > 0);
  CHECK(streams_ == 2);
}

TEST_CASE_METHOD(WholeServer, "a server that stops under load answers all it took", "[whole]") {
  std::vector<std::thread> clients;
  for (int i = 0; i < 2; ++i) clients.emplace_back([this, i] { Call(i); });
  clients.emplace_back([this] { CallAndGo(2); });
  clients.emplace_back([this] { Stream(3); });
  while (answered_ < 20) std::this_thread::yield();
  CHECK(server_->Shutdown(std::chrono::seconds(20)));
  for (std::thread& client : clients) client.join();
  CHECK(wrong_ == 0);
}

}  // namespace
}  // namespace quartet
