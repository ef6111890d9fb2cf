// The listening gRPC server: its port, its limits, its threads and how it stops.
#ifndef QUARTET_RPC_GRPC_SERVER_H_
#define QUARTET_RPC_GRPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "calls/caller_gate.h"
#include "calls/in_flight.h"
#include "core/call_observer.h"
#include "core/clock.h"
#include "rpc/completion_queue_loop.h"
#include "rpc/embedding_service.h"
#include "rpc/health_service.h"
#include "rpc/tei_service.h"
#include "rpc/tls_credentials.h"

namespace quartet {

// gRPC's buffers for incoming data, all connections together. A message that is declared larger
// than its limit is buffered whole before it is refused: without a quota one stream took 600 MB,
// with one it is reset when the quota is used up, as are some calls of others.
inline constexpr std::size_t kMostBufferBytes = std::size_t{256} << 20;

// A quarter of the memory limit, if there is one, up to kMostBufferBytes. Of 400 MB the worst case
// is then: 150 MB for the process and its model, 100 MB of buffers, and of 65,536 tokens inside
// (--max-queue-tokens, texts of three tokens, the shortest) 22,000 vectors of 1.5 kB, once as
// results and once as messages, and their texts: 80 MB. Together 330 MB.
std::size_t BufferBytes(std::optional<std::int64_t> memory_limit_bytes);

class GrpcServer {
 public:
  struct Options {
    std::string address;  // "host:port"; port 0 is any free one
    std::size_t buffer_bytes = kMostBufferBytes;
    // Then a connection is asked to come again, and its calls are still served. Zero: never.
    Duration max_connection_age = std::chrono::minutes(5);
    Duration slow_call = Duration::max();  // see CallEnvironment
    std::optional<TlsOptions> tls;         // absent: plain
    CallerGate* gate = nullptr;            // null: everyone may call; else outlives the server
    bool open_health = true;               // health and reflection don't ask the gate
    TeiService* tei = nullptr;             // null: tei.v1 is not served; else outlives the server
  };

  // Listens at once. All must outlive the server. `embedding` may be null: an admin server, of
  // health and reflection only. UNAVAILABLE: the address can't be bound.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Create(const Options& options,
                                                            EmbeddingService* embedding,
                                                            HealthService& health,
                                                            const Clock& clock,
                                                            CallObserver& observer);
  // Shuts down at once, if that was not done yet.
  ~GrpcServer();

  int port() const { return port_; }

  // Once. Takes no new calls, ends health watches, lets streams take nothing more, and waits for
  // the calls inside. False when some were not answered within `timeout`: they were cancelled.
  // Everything that answers calls must go on running meanwhile. Takes the whole timeout if a peer
  // does not acknowledge the goodbye.
  bool Shutdown(Duration timeout);

 private:
  GrpcServer(EmbeddingService* embedding, HealthService& health, const Clock& clock,
             CallObserver& observer);
  absl::Status Start(const Options& options);

  EmbeddingService* const embedding_;
  HealthService& health_;
  const Clock& clock_;
  CallObserver& observer_;
  int port_ = 0;
  bool is_shut_down_ = false;
  InFlight in_flight_;
  std::unique_ptr<CompletionQueueLoop> loop_;
  CallEnvironment environment_{};
  CallEnvironment health_environment_{};
  std::shared_ptr<grpc::ServerCredentials> credentials_;
  std::unique_ptr<grpc::Server> server_;  // goes before its queue
};

}  // namespace quartet

#endif  // QUARTET_RPC_GRPC_SERVER_H_
