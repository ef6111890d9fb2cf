// Asked for each call, before its message is read.
#ifndef QUARTET_RPC_CALLER_GATE_H_
#define QUARTET_RPC_CALLER_GATE_H_

#include <grpcpp/server_context.h>

#include "absl/status/status.h"
#include "security/caller_rules.h"

namespace quartet {

// Thread-safe; must not block. What it says holds for the one call: a connection may carry calls of
// several callers.
class CallerGate {
 public:
  virtual ~CallerGate() = default;
  // Whether Admit looks at the names of a certificate, which costs.
  virtual bool AsksForNames() const = 0;
  // Not OK: the call is answered with it.
  virtual absl::Status Admit(const Caller& caller) = 0;
};

// A null `gate` lets everyone in. `context` is of a call that has arrived.
absl::Status Admit(CallerGate* gate, const grpc::ServerContext& context);

}  // namespace quartet

#endif  // QUARTET_RPC_CALLER_GATE_H_
