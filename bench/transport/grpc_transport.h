// Calls of quartet.v1.EmbeddingService/Embed on the asynchronous client.
#ifndef QUARTET_BENCH_TRANSPORT_GRPC_TRANSPORT_H_
#define QUARTET_BENCH_TRANSPORT_GRPC_TRANSPORT_H_

#include <grpcpp/completion_queue.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.h"
#include "load/in_flight.h"
#include "load/transport.h"
#include "quartet/v1/embedding.grpc.pb.h"
#include "transport/grpc_channel.h"

namespace quartet::bench {

// A call is "OK" if it brought as many vectors as it sent texts, "WRONG ANSWER" if it brought
// another number, else its status code's name ("UNAVAILABLE").
class GrpcTransport final : public Transport {
 public:
  struct Options {
    std::string target;        // host:port
    std::size_t channels = 1;  // connections, used in turn
    Duration deadline{};       // of every call
    TlsFiles tls;
    std::string api_key;  // empty: none is sent
    v1::Encoding encoding = v1::ENCODING_FLOATS;
  };

  explicit GrpcTransport(const Options& options);
  ~GrpcTransport() override;  // after Drain()

  void Start(std::span<const std::string> texts, Done done) override;
  std::size_t in_flight() const override { return in_flight_.count(); }
  void Drain() override { in_flight_.WaitForNone(); }

 private:
  struct Call;
  void Receive();

  const Duration deadline_;
  const std::string authorization_;  // empty: none
  const v1::Encoding encoding_;
  std::vector<std::unique_ptr<v1::EmbeddingService::Stub>> stubs_;
  std::atomic<std::size_t> started_{0};
  InFlight in_flight_;
  grpc::CompletionQueue queue_;
  std::thread receiver_;
};

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_TRANSPORT_GRPC_TRANSPORT_H_
