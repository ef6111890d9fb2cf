#include "transport/grpc_transport.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

namespace quartet::bench {
namespace {

constexpr int kReconnectMs = 20;  // a server's first answer is what start-up is measured by

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const std::string& tls_ca) {
  if (tls_ca.empty()) return grpc::InsecureChannelCredentials();
  std::ifstream file(tls_ca);
  grpc::SslCredentialsOptions options;
  options.pem_root_certs.assign(std::istreambuf_iterator<char>(file), {});
  return grpc::SslCredentials(options);
}

std::shared_ptr<grpc::Channel> Connect(const GrpcTransport::Options& options) {
  grpc::ChannelArguments arguments;
  // Else channels to one target share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, -1);
  return grpc::CreateCustomChannel(options.target, CredentialsOf(options.tls_ca), arguments);
}

std::string NameOf(grpc::StatusCode code) {
  static constexpr std::array<const char*, 17> kNames = {"OK",
                                                         "CANCELLED",
                                                         "UNKNOWN",
                                                         "INVALID_ARGUMENT",
                                                         "DEADLINE_EXCEEDED",
                                                         "NOT_FOUND",
                                                         "ALREADY_EXISTS",
                                                         "PERMISSION_DENIED",
                                                         "RESOURCE_EXHAUSTED",
                                                         "FAILED_PRECONDITION",
                                                         "ABORTED",
                                                         "OUT_OF_RANGE",
                                                         "UNIMPLEMENTED",
                                                         "INTERNAL",
                                                         "UNAVAILABLE",
                                                         "DATA_LOSS",
                                                         "UNAUTHENTICATED"};
  const auto index = static_cast<std::size_t>(code);
  return index < kNames.size() ? kNames[index] : "UNKNOWN";
}

}  // namespace

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
      authorization_(options.api_key.empty() ? "" : "Bearer " + options.api_key) {
  for (std::size_t i = 0; i < options.channels; ++i) {
    stubs_.push_back(v1::EmbeddingService::NewStub(Connect(options)));
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
