// Asked for each call, before its message is read: who calls, and whether it may.
#ifndef QUARTET_CALLS_CALLER_GATE_H_
#define QUARTET_CALLS_CALLER_GATE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "core/client_tally.h"
#include "core/request.h"
#include "security/caller_rules.h"

namespace quartet {

// A caller that may come in.
struct KnownCaller {
  std::string name;                    // empty: only its connection is known
  std::shared_ptr<ClientTally> tally;  // where its calls are counted; null: nowhere
};

// Thread-safe; must not block. What it says holds for the one call: a connection may carry calls of
// several callers.
class CallerGate {
 public:
  virtual ~CallerGate() = default;
  // Whether Admit looks at the names of a certificate, which costs.
  virtual bool AsksForNames() const = 0;
  // Not OK: the call is answered with it.
  virtual absl::StatusOr<KnownCaller> Admit(const Caller& caller) = 0;
};

// A call that was let in: whose it is, and its place in the count.
struct AdmittedCall {
  ClientId client = 0;  // of the caller's name, else of the connection
  TalliedCall tallied;
};

// A null `gate` lets everyone in. `connection`: what no other open connection is called.
absl::StatusOr<AdmittedCall> Admit(CallerGate* gate, const Caller& caller,
                                   const std::string& connection);

}  // namespace quartet

#endif  // QUARTET_CALLS_CALLER_GATE_H_
