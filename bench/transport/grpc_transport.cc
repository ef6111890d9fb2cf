#include "transport/grpc_transport.h"

#include <grpcpp/client_context.h>

#include <utility>

namespace quartet::bench {

struct GrpcTransport::Call {
  grpc::ClientContext context;
  v1::EmbedResponse response;
  grpc::Status status;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::EmbedResponse>> reader;
  int texts = 0;
  Done done;

  std::string Outcome() const {
    if (status.ok() && response.embeddings_size() != texts) return "WRONG ANSWER";
    return NameOf(status.error_code());
  }
};

GrpcTransport::GrpcTransport(const Options& options)
    : deadline_(options.deadline),
      authorization_(AuthorizationOf(options.api_key)),
      encoding_(options.encoding) {
  for (std::size_t i = 0; i < options.channels; ++i) {
    stubs_.push_back(v1::EmbeddingService::NewStub(ConnectTo(options.target, options.tls)));
  }
  receiver_ = std::thread([this] { Receive(); });
}

GrpcTransport::~GrpcTransport() {
  queue_.Shutdown();
  receiver_.join();
}

void GrpcTransport::Start(std::span<const std::string> texts, Done done) {
  v1::EmbedRequest request;
  for (const std::string& text : texts) request.add_texts(text);
  request.set_encoding(encoding_);
  auto call = std::make_unique<Call>();
  call->texts = request.texts_size();
  call->done = std::move(done);
  call->context.set_deadline(std::chrono::system_clock::now() + deadline_);
  if (!authorization_.empty()) call->context.AddMetadata("authorization", authorization_);
  in_flight_.Add();
  auto& stub = stubs_[started_.fetch_add(1) % stubs_.size()];
  call->reader = stub->AsyncEmbed(&call->context, request, &queue_);
  Call* const tag = call.release();  // Receive takes it back
  tag->reader->Finish(&tag->response, &tag->status, tag);
}

void GrpcTransport::Receive() {
  void* tag = nullptr;
  bool completed = false;  // always true for Finish
  while (queue_.Next(&tag, &completed)) {
    const std::unique_ptr<Call> call(static_cast<Call*>(tag));
    call->done(call->Outcome());
    in_flight_.Remove();
  }
}

}  // namespace quartet::bench
