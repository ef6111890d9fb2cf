// Who makes a gRPC call.
#ifndef QUARTET_RPC_CALLER_GATE_H_
#define QUARTET_RPC_CALLER_GATE_H_

#include <grpcpp/server_context.h>

#include "absl/status/statusor.h"
#include "calls/caller_gate.h"

namespace quartet {

// A null `gate` lets everyone in. `context` is of a call that has arrived. Without a name a client
// is its connection: the peer's address and port.
absl::StatusOr<AdmittedCall> Admit(CallerGate* gate, const grpc::ServerContext& context);

}  // namespace quartet

#endif  // QUARTET_RPC_CALLER_GATE_H_
