#include "rpc/caller_gate.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <string>
#include <vector>

namespace quartet {
namespace {

std::vector<std::string> CertificateNamesOf(const grpc::ServerContext& context) {
  std::vector<std::string> names;
  const auto peer = context.auth_context();
  if (peer == nullptr) return names;
  for (const char* property : {GRPC_X509_CN_PROPERTY_NAME, GRPC_X509_SAN_PROPERTY_NAME}) {
    for (const grpc::string_ref& name : peer->FindPropertyValues(property)) {
      names.emplace_back(name.data(), name.size());
    }
  }
  return names;
}

}  // namespace

absl::StatusOr<AdmittedCall> Admit(CallerGate* gate, const grpc::ServerContext& context) {
  Caller caller;
  const auto& metadata = context.client_metadata();
  if (const auto found = metadata.find("authorization"); found != metadata.end()) {
    caller.authorization = {found->second.data(), found->second.size()};
  }
  if (gate != nullptr && gate->AsksForNames()) {
    caller.certificate_names = CertificateNamesOf(context);
  }
  return Admit(gate, caller, context.peer());
}

}  // namespace quartet
