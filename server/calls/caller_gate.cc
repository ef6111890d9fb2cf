#include "calls/caller_gate.h"

#include <functional>
#include <utility>

namespace quartet {
namespace {

// No connection's name begins with this.
constexpr const char* kNamed = "named ";

ClientId IdOf(const std::string& who) { return std::hash<std::string>()(who); }

}  // namespace

absl::StatusOr<AdmittedCall> Admit(CallerGate* gate, const Caller& caller,
                                   const std::string& connection) {
  if (gate == nullptr) return AdmittedCall{IdOf(connection), {}};
  absl::StatusOr<KnownCaller> known = gate->Admit(caller);
  if (!known.ok()) return known.status();
  return AdmittedCall{IdOf(known->name.empty() ? connection : kNamed + known->name),
                      TalliedCall(std::move(known->tally))};
}

}  // namespace quartet
