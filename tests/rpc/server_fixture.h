// A real gRPC server on a free port of the loopback interface, in front of a handler that the test
// holds in its hand.
#ifndef QUARTET_TESTS_RPC_SERVER_FIXTURE_H_
#define QUARTET_TESTS_RPC_SERVER_FIXTURE_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/mutex.h"
#include "fakes/fake_served_model.h"
#include "rpc/grpc_server.h"

namespace quartet {

class CountingCallObserver final : public CallObserver {
 public:
  void OnCallStarted(const MethodName&) override { ++started; }
  void OnCallHandled(const HandledCall& call) override {
    const MutexLock lock(mutex_);
    codes_.push_back(call.code);
    last_request_id_ = call.request_id;
    last_notes_ = call.notes;
    changed_.NotifyAll();
  }
  std::vector<absl::StatusCode> WaitForCodes(std::size_t count) {
    const MutexLock lock(mutex_);
    while (codes_.size() < count) changed_.Wait(mutex_);
    return codes_;
  }
  std::string LastRequestId() {
    const MutexLock lock(mutex_);
    return last_request_id_;
  }
  CallNotes LastNotes() {
    const MutexLock lock(mutex_);
    return last_notes_;
  }

  std::atomic<int> started = 0;

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<absl::StatusCode> codes_ QUARTET_GUARDED_BY(mutex_);
  std::string last_request_id_ QUARTET_GUARDED_BY(mutex_);
  CallNotes last_notes_ QUARTET_GUARDED_BY(mutex_);
};

class ServerFixture {
 protected:
  explicit ServerFixture(Duration slow_call = Duration::max(), StreamLimits streams = {},
                         CallerGate* gate = nullptr)
      : streams_(streams) {
    auto server = GrpcServer::Create(
        {.address = "127.0.0.1:0", .slow_call = slow_call, .gate = gate, .tei = &tei_}, &embedding_,
        health_service_, clock_, observer_);
    REQUIRE(server.ok());
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                                   grpc::InsecureChannelCredentials());
    stub_ = v1::EmbeddingService::NewStub(channel_);
  }
  // Requests that the test kept go before the server that they belong to.
  ~ServerFixture() {
    const MutexLock lock(mutex_);
    kept_.clear();
  }

  static EmbedResult ResultOf(const Request& request) {
    EmbedResult result;
    for (const std::string& text : request.texts) {
      result.embeddings.push_back({{static_cast<float>(text.size()), 1}, text.size(), false});
    }
    return result;
  }

  // The default handler answers [bytes of the text, 1]; a test may set another before it calls.
  std::function<void(Request)> handler_ = [](Request request) {
    EmbedResult result = ResultOf(request);
    request.reply.Finish(std::move(result));
  };
  void KeepRequests() {
    handler_ = [this](Request request) {
      const MutexLock lock(mutex_);
      kept_.push_back(std::move(request));
      changed_.NotifyAll();
    };
  }
  Request TakeKept() {
    const MutexLock lock(mutex_);
    while (kept_.empty()) changed_.Wait(mutex_);
    Request request = std::move(kept_.back());
    kept_.pop_back();
    return request;
  }

  static v1::EmbedRequest RequestOf(const std::vector<std::string>& texts) {
    v1::EmbedRequest request;
    for (const std::string& text : texts) request.add_texts(text);
    return request;
  }
  grpc::Status Embed(const v1::EmbedRequest& request, v1::EmbedResponse* response) {
    grpc::ClientContext context;
    return stub_->Embed(&context, request, response);
  }

  FakeServedModel served_;  // for the next calls
  const StreamLimits streams_;
  SystemClock clock_;
  CountingCallObserver observer_;
  EmbeddingService embedding_{
      {.limits = {}, .deadlines = {}, .streams = streams_, .server_version = "1.2.3"},
      clock_,
      {.served = [this] { return served_.served; },
       .embed = [this](Request request) { handler_(std::move(request)); },
       .tokenize =
           [this](TokenizeRequest request) {
             request.reply.Finish(request.served->tokenizer->Describe(request.text));
           }}};
  TeiService tei_{embedding_, clock_, {}};
  HealthState health_;
  HealthService health_service_{health_};
  std::unique_ptr<GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::EmbeddingService::Stub> stub_;

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<Request> kept_ QUARTET_GUARDED_BY(mutex_);
};

}  // namespace quartet

#endif  // QUARTET_TESTS_RPC_SERVER_FIXTURE_H_
