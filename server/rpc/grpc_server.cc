#include "rpc/grpc_server.h"

#include <grpc/compression.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/resource_quota.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

// Calls of each method that gRPC may hand over without waiting for us to listen again.
constexpr int kListenDepth = 16;

// 256 texts of 4 KiB each; see --max-texts and --max-text-bytes for what a request may hold.
constexpr int kMaxMessageBytes = 1 << 20;

constexpr int kMaxStreamsPerConnection = 128;

// Of a stream that is not read: what its client may have sent. gRPC's own measure, by the
// connection's speed, came to 4 MB of texts for each stream that had to wait. A larger message
// still comes, its window is opened for it.
constexpr int kStreamWindowBytes = 65535;
constexpr int kKeepaliveMs = 60'000;  // finds half-open peers
constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr int kMinPingIntervalMs = 20'000;  // what clients' own keepalive may use
constexpr int kHandshakeTimeoutMs = 10'000;

// Without a call. Matters where --max-connection-age is longer.
constexpr int kMaxConnectionIdleMs = 600'000;

int Milliseconds(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

void SetConnectionLimits(grpc::ServerBuilder& builder, const GrpcServer::Options& options) {
  if (options.max_connection_age > Duration::zero()) {
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                               Milliseconds(options.max_connection_age));
  }
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kMaxConnectionIdleMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kMinPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
}

void SetLimits(grpc::ServerBuilder& builder, std::size_t buffer_bytes) {
  grpc::ResourceQuota quota("quartet");
  quota.Resize(buffer_bytes);
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStreamWindowBytes);
  // Two servers on one port would share it silently.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // 1 MB of gzip inflates to 1 GB before its size is checked.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
}

// Reflection is the library's own: no gate can stand before it.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    grpc::reflection::ProtoServerReflectionPlugin reflection;
    std::erase_if(*plugins,
                  [&](const auto& plugin) { return plugin->name() == reflection.name(); });
  }
};

// Reflection runs on gRPC's own threads: one is enough.
void SetSyncThreads(grpc::ServerBuilder& builder) {
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
}

}  // namespace

std::size_t BufferBytes(std::optional<std::int64_t> memory_limit_bytes) {
  if (!memory_limit_bytes) return kMostBufferBytes;
  return std::min(kMostBufferBytes, static_cast<std::size_t>(*memory_limit_bytes / 4));
}

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Create(const Options& options,
                                                               EmbeddingService* embedding,
                                                               HealthService& health,
                                                               const Clock& clock,
                                                               CallObserver& observer) {
  std::unique_ptr<GrpcServer> server(new GrpcServer(embedding, health, clock, observer));
  if (absl::Status status = server->Start(options); !status.ok()) return status;
  return server;
}

GrpcServer::GrpcServer(EmbeddingService* embedding, HealthService& health, const Clock& clock,
                       CallObserver& observer)
    : embedding_(embedding), health_(health), clock_(clock), observer_(observer) {}

absl::Status GrpcServer::Start(const Options& options) {
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::EnableDefaultHealthCheckService(false);
  grpc::ServerBuilder builder;
  SetLimits(builder, options.buffer_bytes);
  SetConnectionLimits(builder, options);
  SetSyncThreads(builder);
  if (options.gate != nullptr && !options.open_health) {
    builder.SetOption(std::make_unique<WithoutReflection>());
  }
  credentials_ = options.tls ? MakeTlsCredentials(*options.tls) : grpc::InsecureServerCredentials();
  builder.AddListeningPort(options.address, credentials_, &port_);
  if (embedding_ != nullptr) builder.RegisterService(embedding_->grpc_service());
  if (options.tei != nullptr) {
    for (grpc::Service* service : options.tei->grpc_services()) builder.RegisterService(service);
  }
  builder.RegisterService(health_.grpc_service());
  loop_ = std::make_unique<CompletionQueueLoop>(builder.AddCompletionQueue());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    return absl::UnavailableError(absl::StrCat("can't listen on ", options.address));
  }
  environment_ = {.queue = loop_->queue(),
                  .in_flight = &in_flight_,
                  .observer = &observer_,
                  .clock = &clock_,
                  .slow_call = options.slow_call,
                  .gate = options.gate};
  health_environment_ = environment_;
  if (options.open_health) health_environment_.gate = nullptr;
  if (embedding_ != nullptr) embedding_->Listen(environment_, kListenDepth);
  if (options.tei != nullptr) options.tei->Listen(environment_, kListenDepth);
  health_.Listen(health_environment_, kListenDepth);
  return absl::OkStatus();
}

GrpcServer::~GrpcServer() {
  if (server_ == nullptr) return;
  if (!is_shut_down_) Shutdown(Duration::zero());
  in_flight_.WaitUntilZero(kInfiniteFuture);
  server_.reset();
  loop_.reset();
}

bool GrpcServer::Shutdown(Duration timeout) {
  is_shut_down_ = true;
  health_.state().EndWatches();
  if (embedding_ != nullptr) embedding_->StopStreams();
  // Not this thread waits for gRPC, because gRPC may wait for a dead peer when all calls are done.
  const auto deadline = std::chrono::system_clock::now() + timeout;
  std::thread shutdown([this, deadline] { server_->Shutdown(deadline); });
  const bool all_answered = in_flight_.WaitUntilZero(std::chrono::steady_clock::now() + timeout);
  shutdown.join();
  return all_answered;
}

}  // namespace quartet
