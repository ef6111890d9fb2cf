// x-request-id: by which a client finds its call again in our log.
#ifndef QUARTET_RPC_REQUEST_ID_H_
#define QUARTET_RPC_REQUEST_ID_H_

#include <grpcpp/grpcpp.h>

#include <string_view>

namespace quartet {

// What the client sent as x-request-id, while the context lives. Empty: nothing, or what is not 1
// to 128 visible ASCII characters, which is nobody's id and stays out of logs.
std::string_view RequestIdOf(const grpc::ServerContext& context);

// Sends it back with the answer's first metadata, if there is one. Before the call is finished.
void EchoRequestId(grpc::ServerContext& context);

}  // namespace quartet

#endif  // QUARTET_RPC_REQUEST_ID_H_
