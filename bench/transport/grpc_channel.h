// What the gRPC transports share.
#ifndef QUARTET_BENCH_TRANSPORT_GRPC_CHANNEL_H_
#define QUARTET_BENCH_TRANSPORT_GRPC_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

namespace quartet::bench {

// A connection of its own to host:port, which is soon tried again. `tls_ca`: path of PEM, who may
// vouch for the server; empty: plain.
std::shared_ptr<grpc::Channel> ConnectTo(const std::string& target, const std::string& tls_ca);

// The value of the header that shows a key; empty without one.
std::string AuthorizationOf(const std::string& api_key);

// "OK", "UNAVAILABLE".
std::string NameOf(grpc::StatusCode code);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_TRANSPORT_GRPC_CHANNEL_H_
