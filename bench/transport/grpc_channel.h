// What the gRPC transports share.
#ifndef QUARTET_BENCH_TRANSPORT_GRPC_CHANNEL_H_
#define QUARTET_BENCH_TRANSPORT_GRPC_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

namespace quartet::bench {

// A connection of its own to host:port, which is soon tried again.
std::shared_ptr<grpc::Channel> ConnectTo(const std::string& target);

// "OK", "UNAVAILABLE".
std::string NameOf(grpc::StatusCode code);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_TRANSPORT_GRPC_CHANNEL_H_
