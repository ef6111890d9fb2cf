// A gRPC server of this process that refuses and stops as a test wants.
#ifndef QUARTET_TESTS_CLIENT_LIBRARY_LOCAL_SERVER_H_
#define QUARTET_TESTS_CLIENT_LIBRARY_LOCAL_SERVER_H_

#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>

#include "library/client_options.h"
#include "quartet/v1/embedding.grpc.pb.h"

namespace quartet::client {

// The vector of a text is its length; texts "bad" are refused, "wait" is never answered.
class LengthService final : public v1::EmbeddingService::Service {
 public:
  int refusals = 0;                // of the first calls
  std::size_t stream_answers = 0;  // after which a stream ends as UNAVAILABLE; 0: never
  // Streams end as UNAVAILABLE: the first, third, ... after an answer, those between at once.
  bool ends_idle = false;
  std::atomic<int> streams = 0;  // that have begun

  grpc::Status Embed(grpc::ServerContext* context, const v1::EmbedRequest* request,
                     v1::EmbedResponse* response) override {
    if (refused_++ < refusals) {
      context->AddTrailingMetadata("grpc-retry-pushback-ms", "1");
      return {grpc::StatusCode::RESOURCE_EXHAUSTED, "the queue is full"};
    }
    response->set_model_fingerprint("model");
    for (const std::string& text : request->texts()) {
      while (text == "wait" && !context->IsCancelled()) std::this_thread::yield();
      Fill(text, request->encoding(), *response->add_embeddings());
    }
    return grpc::Status::OK;
  }

  grpc::Status EmbedStream(
      grpc::ServerContext* /*context*/,
      grpc::ServerReaderWriter<v1::EmbedStreamResponse, v1::EmbedStreamRequest>* stream) override {
    if (++streams % 2 == 0 && ends_idle) return IdleEnd();
    v1::EmbedStreamRequest request;
    std::size_t answers = 0;
    v1::Encoding encoding = v1::ENCODING_FLOATS;
    while (stream->Read(&request)) {
      if (request.has_options()) encoding = request.options().encoding();
      if (stream_answers != 0 && answers == stream_answers) {
        return {grpc::StatusCode::UNAVAILABLE, "the server stops"};
      }
      v1::EmbedStreamResponse response;
      if (request.text() == "bad") {
        response.mutable_error()->set_code(grpc::StatusCode::INVALID_ARGUMENT);
        response.mutable_error()->set_message("text: is bad");
      } else {
        Fill(request.text(), encoding, *response.mutable_embedding());
        response.set_model_fingerprint("model");
      }
      stream->Write(response);
      ++answers;
      if (ends_idle) return IdleEnd();
    }
    return grpc::Status::OK;
  }

 private:
  static grpc::Status IdleEnd() { return {grpc::StatusCode::UNAVAILABLE, "no text came"}; }

  static void Fill(const std::string& text, v1::Encoding encoding, v1::Embedding& embedding) {
    const float length = static_cast<float>(text.size());
    if (encoding == v1::ENCODING_INT8) {
      embedding.set_int8("\x01\x7F");  // two numbers
      embedding.set_scale(length);
      return;
    }
    embedding.set_float32_le(&length, sizeof(length));
  }

  std::atomic<int> refused_ = 0;
};

class LocalServer {
 public:
  LocalServer() {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service);
    server_ = builder.BuildAndStart();
    options_.address = "127.0.0.1:" + std::to_string(port);
    SetReady(true);
  }

  void SetReady(bool ready) {
    server_->GetHealthCheckService()->SetServingStatus("readiness", ready);
  }

  ClientOptions options() const { return options_; }

  LengthService service;

 private:
  std::unique_ptr<grpc::Server> server_;
  ClientOptions options_;
};

}  // namespace quartet::client

#endif  // QUARTET_TESTS_CLIENT_LIBRARY_LOCAL_SERVER_H_
