#include "library/channel.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "library/check_options.h"
#include "library/text_places.h"

namespace quartet::client {
namespace {

// Pauses together longer than a restart on busy cores (2 s were seen), unless the server names one.
// CANCELLED: how gRPC 1.51 ends calls that come in while the server says goodbye. The throttle
// stops retries while more than one call of ten fails for long. Streams are resumed by us.
constexpr char kRetries[] = R"("methodConfig": [{
    "name": [{"service": "quartet.v1.EmbeddingService", "method": "Embed"},
             {"service": "quartet.v1.EmbeddingService", "method": "Tokenize"},
             {"service": "quartet.v1.EmbeddingService", "method": "GetModelInfo"}],
    "retryPolicy": {"maxAttempts": 5, "initialBackoff": "0.3s", "maxBackoff": "5s",
                    "backoffMultiplier": 3,
                    "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED", "CANCELLED"]}}],
  "retryThrottling": {"maxTokens": 100, "tokenRatio": 0.1})";

std::string ServiceConfig(const ClientOptions& options) {
  const char* health =
      options.watch_health ? R"("healthCheckConfig": {"serviceName": "readiness"}, )" : "";
  return absl::StrCat(R"({"loadBalancingConfig": [{"round_robin": {}}], )", health, kRetries, "}");
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const TlsOptions& tls) {
  if (!tls.is_on()) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials({tls.ca, tls.key, tls.certificate});
}

}  // namespace

std::shared_ptr<grpc::Channel> MakeChannel(const ClientOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(ServiceConfig(options));
  arguments.SetMaxReceiveMessageSize(-1);  // the client chooses how much it asks for
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  // A connection that died without a word is noticed; the server allows a ping in 20 s.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  // http_proxy of the environment would be asked for this machine's addresses, too, and see keys
  // that are sent in plain text because they stay here.
  if (IsLocal(options.address)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (!options.tls.server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls.server_name);
  }
  return grpc::CreateCustomChannel(options.address, CredentialsOf(options.tls), arguments);
}

void PrepareCall(const ClientOptions& options, grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + options.timeout);
  PrepareStream(options, context);
}

void PrepareStream(const ClientOptions& options, grpc::ClientContext& context) {
  if (!options.api_key.empty()) {
    context.AddMetadata("authorization", absl::StrCat("Bearer ", options.api_key));
  }
}

absl::Status ToAbslStatus(const grpc::Status& status, std::size_t first) {
  if (status.ok()) return absl::OkStatus();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      ShiftTextPlaces(status.error_message(), first));
}

}  // namespace quartet::client
