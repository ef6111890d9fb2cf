// Texts on streams of quartet.v1.EmbeddingService/EmbedStream, on the asynchronous client.
#ifndef QUARTET_BENCH_TRANSPORT_GRPC_STREAM_TRANSPORT_H_
#define QUARTET_BENCH_TRANSPORT_GRPC_STREAM_TRANSPORT_H_

#include <grpcpp/completion_queue.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "load/in_flight.h"
#include "load/transport.h"
#include "quartet/v1/embedding.grpc.pb.h"
#include "transport/grpc_channel.h"

namespace quartet::bench {

// A call is one text. It is "OK" if its answer came in its turn and has an embedding, "WRONG
// ANSWER" if another's came, else the name of its error's code, or of that which ended its stream.
// A stream that has ended is opened again by the next text.
class GrpcStreamTransport final : public Transport {
 public:
  struct Options {
    std::string target;       // host:port
    std::size_t streams = 1;  // used in turn, each on a connection of its own
    TlsFiles tls;
    std::string api_key;  // as GrpcTransport's
    v1::Encoding encoding = v1::ENCODING_FLOATS;
  };

  explicit GrpcStreamTransport(const Options& options);
  ~GrpcStreamTransport() override;  // after Drain()

  void Start(std::span<const std::string> texts, Done done) override;
  std::size_t in_flight() const override { return in_flight_.count(); }
  void Drain() override { in_flight_.WaitForNone(); }

 private:
  class Stream;
  void Receive();

  std::atomic<std::uint64_t> started_{0};
  InFlight in_flight_;
  grpc::CompletionQueue queue_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::thread receiver_;
};

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_TRANSPORT_GRPC_STREAM_TRANSPORT_H_
