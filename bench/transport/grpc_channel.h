// What the gRPC transports share.
#ifndef QUARTET_BENCH_TRANSPORT_GRPC_CHANNEL_H_
#define QUARTET_BENCH_TRANSPORT_GRPC_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

namespace quartet::bench {

// Paths of PEM files.
struct TlsFiles {
  std::string ca;           // who may vouch for the server; empty: no TLS
  std::string certificate;  // the client's own, and its key; empty: it shows none
  std::string key;
};

// A connection of its own to host:port, which is soon tried again.
std::shared_ptr<grpc::Channel> ConnectTo(const std::string& target, const TlsFiles& tls);

// The value of the header that shows a key; empty without one.
std::string AuthorizationOf(const std::string& api_key);

// "OK", "UNAVAILABLE".
std::string NameOf(grpc::StatusCode code);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_TRANSPORT_GRPC_CHANNEL_H_
