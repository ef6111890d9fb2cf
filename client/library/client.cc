#include "library/client.h"

#include <memory>
#include <mutex>
#include <utility>

#include "grpc/health/v1/health.grpc.pb.h"
#include "library/async_embeds.h"
#include "library/channel.h"
#include "library/check_options.h"
#include "library/embed_calls.h"
#include "library/embed_stream.h"

namespace quartet::client {

namespace {

// A channel that watches health doesn't reach a server that isn't ready, which could never say so.
ClientOptions NotWatching(ClientOptions options) {
  options.watch_health = false;
  return options;
}

absl::Status NoTexts() {
  return absl::InvalidArgumentError("texts: is empty; give at least 1 text");
}

}  // namespace

class Client::Connection {
 public:
  explicit Connection(ClientOptions options)
      : options_(std::move(options)),
        stub_(v1::EmbeddingService::NewStub(MakeChannel(options_))),
        health_(grpc::health::v1::Health::NewStub(MakeChannel(NotWatching(options_)))) {}

  const ClientOptions& options() const { return options_; }
  v1::EmbeddingService::Stub& stub() { return *stub_; }
  grpc::health::v1::Health::Stub& health() { return *health_; }

  // Its thread starts when it is first asked for.
  AsyncEmbeds& async() {
    std::call_once(async_once_,
                   [this] { async_ = std::make_unique<AsyncEmbeds>(*stub_, options_); });
    return *async_;
  }

  // One call: call(context, request, response) of a stub.
  template <class Response, class Request, class Method>
  absl::StatusOr<Response> Ask(const Request& request, const Method& method) {
    grpc::ClientContext context;
    PrepareCall(options_, context);
    Response response;
    const grpc::Status status = method(&context, request, &response);
    if (!status.ok()) return ToAbslStatus(status);
    return response;
  }

 private:
  const ClientOptions options_;
  std::unique_ptr<v1::EmbeddingService::Stub> stub_;
  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
  std::once_flag async_once_;
  std::unique_ptr<AsyncEmbeds> async_;  // uses the stub
};

Client::Client(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

absl::StatusOr<Client> Client::Create(ClientOptions options) {
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  return Client(std::make_unique<Connection>(std::move(options)));
}

absl::StatusOr<Embedded> Client::Embed(const std::vector<std::string>& texts,
                                       const EmbedOptions& options) const {
  if (texts.empty()) return NoTexts();
  return EmbedInCalls(connection_->stub(), connection_->options(), texts, options);
}

void Client::EmbedAsync(std::vector<std::string> texts, EmbedDone done,
                        const EmbedOptions& options) const {
  if (texts.empty()) return done(NoTexts());
  connection_->async().Embed(std::move(texts), options, std::move(done));
}

absl::Status Client::EmbedStream(const NextText& next, const TakeVector& take,
                                 const EmbedOptions& options) const {
  return EmbedOnStream(connection_->stub(), connection_->options(), next, take, options);
}

absl::StatusOr<std::vector<Token>> Client::Tokenize(const std::string& text) const {
  v1::TokenizeRequest request;
  request.set_text(text);
  const auto response = connection_->Ask<v1::TokenizeResponse>(
      request, [this](auto... all) { return connection_->stub().Tokenize(all...); });
  if (!response.ok()) return response.status();
  std::vector<Token> tokens;
  for (const v1::Token& token : response->tokens()) {
    tokens.push_back({.id = token.id(),
                      .piece = token.piece(),
                      .begin = token.begin(),
                      .end = token.end(),
                      .special = token.special(),
                      .cut = token.cut()});
  }
  return tokens;
}

absl::StatusOr<ModelInfo> Client::GetModelInfo() const {
  const auto answer = connection_->Ask<v1::GetModelInfoResponse>(
      v1::GetModelInfoRequest(),
      [this](auto... all) { return connection_->stub().GetModelInfo(all...); });
  if (!answer.ok()) return answer.status();
  return ModelInfo{.name = answer->name(),
                   .revision = answer->revision(),
                   .fingerprint = answer->fingerprint(),
                   .pooling = answer->pooling(),
                   .precision = answer->precision(),
                   .tokenizer = answer->tokenizer(),
                   .server_version = answer->server_version(),
                   .dimensions = answer->dimensions(),
                   .max_sequence_length = answer->max_sequence_length(),
                   .max_texts = answer->max_texts_per_request(),
                   .max_text_bytes = answer->max_text_bytes(),
                   .normalized = answer->normalized(),
                   .prompts = {answer->prompts().begin(), answer->prompts().end()}};
}

absl::StatusOr<bool> Client::IsServing(const std::string& service) const {
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  const auto answer = connection_->Ask<grpc::health::v1::HealthCheckResponse>(
      request, [this](auto... all) { return connection_->health().Check(all...); });
  if (!answer.ok()) return answer.status();
  return answer->status() == grpc::health::v1::HealthCheckResponse::SERVING;
}

}  // namespace quartet::client
