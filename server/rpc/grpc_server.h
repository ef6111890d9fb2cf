// The listening gRPC server: its port, its limits, its threads and how it stops.
#ifndef QUARTET_RPC_GRPC_SERVER_H_
#define QUARTET_RPC_GRPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "core/call_observer.h"
#include "core/clock.h"
#include "rpc/completion_queue_loop.h"
#include "rpc/embedding_service.h"
#include "rpc/health_service.h"
#include "rpc/in_flight.h"

namespace quartet {

class GrpcServer {
 public:
  // Listens at once on "host:port"; port 0 is any free one. All must outlive the server.
  // UNAVAILABLE: the address can't be bound.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Create(const std::string& address,
                                                            EmbeddingService& embedding,
                                                            HealthService& health,
                                                            const Clock& clock,
                                                            CallObserver& observer);
  // Shuts down at once, if that was not done yet.
  ~GrpcServer();

  int port() const { return port_; }

  // Once. Takes no new calls, ends health watches and waits for the calls inside. False when some
  // were not answered within `timeout`: they were cancelled. Everything that answers calls must go
  // on running meanwhile. Takes the whole timeout if a peer does not acknowledge the goodbye.
  bool Shutdown(Duration timeout);

 private:
  GrpcServer(HealthService& health, const Clock& clock, CallObserver& observer);
  absl::Status Start(const std::string& address, EmbeddingService& embedding);

  HealthService& health_;
  const Clock& clock_;
  CallObserver& observer_;
  int port_ = 0;
  bool is_shut_down_ = false;
  InFlight in_flight_;
  std::unique_ptr<CompletionQueueLoop> loop_;
  CallEnvironment environment_{};
  std::unique_ptr<grpc::Server> server_;  // goes before its queue
};

}  // namespace quartet

#endif  // QUARTET_RPC_GRPC_SERVER_H_
