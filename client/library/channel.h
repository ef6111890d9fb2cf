// The gRPC channel of a client.
#ifndef QUARTET_CLIENT_LIBRARY_CHANNEL_H_
#define QUARTET_CLIENT_LIBRARY_CHANNEL_H_

#include <grpcpp/grpcpp.h>

#include <memory>

#include "absl/status/status.h"
#include "library/client_options.h"

namespace quartet::client {

std::shared_ptr<grpc::Channel> MakeChannel(const ClientOptions& options);

// Deadline and key.
void PrepareCall(const ClientOptions& options, grpc::ClientContext& context);

// The key alone: a stream may last for days.
void PrepareStream(const ClientOptions& options, grpc::ClientContext& context);

// `first`: the place of the call's first text in the caller's list, which messages shall name.
absl::Status ToAbslStatus(const grpc::Status& status, std::size_t first = 0);

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_CHANNEL_H_
