// The request id in a gRPC call's metadata.
#ifndef QUARTET_RPC_REQUEST_ID_H_
#define QUARTET_RPC_REQUEST_ID_H_

#include <grpcpp/grpcpp.h>

#include <string_view>

namespace quartet {

// What the client sent, while the context lives; empty: nothing, or no id (calls/request_id.h).
std::string_view RequestIdOf(const grpc::ServerContext& context);

// Sends it back with the answer's first metadata, if there is one. Before the call is finished.
void EchoRequestId(grpc::ServerContext& context);

}  // namespace quartet

#endif  // QUARTET_RPC_REQUEST_ID_H_
