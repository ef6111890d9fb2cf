#include "security/caller_rules.h"

#include <algorithm>

#include "security/authorization.h"

namespace quartet {
namespace {

Judgement JudgeKey(const Caller& caller, const ApiKeys& keys) {
  const std::optional<std::string_view> key = CredentialsOf(caller.authorization, "bearer");
  if (!key) return {CallerRefusal::kNoKey, {}};
  const std::string* name = keys.NameOf(*key);
  if (name == nullptr) return {CallerRefusal::kWrongKey, {}};
  return {std::nullopt, *name};
}

Judgement JudgeCertificate(const Caller& caller, std::span<const std::string> listed) {
  const std::vector<std::string>& shown = caller.certificate_names;
  if (listed.empty()) return {std::nullopt, shown.empty() ? "" : std::string_view(shown.front())};
  if (shown.empty()) return {CallerRefusal::kNoCertificate, {}};
  const auto name = std::find_first_of(listed.begin(), listed.end(), shown.begin(), shown.end());
  if (name == listed.end()) return {CallerRefusal::kWrongName, {}};
  return {std::nullopt, *name};
}

}  // namespace

const char* NameOf(CallerRefusal refusal) {
  switch (refusal) {
    case CallerRefusal::kNoKey:
      return "no_key";
    case CallerRefusal::kWrongKey:
      return "wrong_key";
    case CallerRefusal::kNoCertificate:
      return "no_certificate";
    case CallerRefusal::kWrongName:
      return "wrong_name";
  }
  return "unknown";
}

Judgement Judge(const Caller& caller, const CallerRules& rules) {
  const Judgement certificate = JudgeCertificate(caller, rules.names);
  if (certificate.refusal || rules.keys == nullptr) return certificate;
  return JudgeKey(caller, *rules.keys);
}

absl::Status StatusOf(CallerRefusal refusal) {
  switch (refusal) {
    case CallerRefusal::kNoKey:
      return absl::UnauthenticatedError("a key is needed: 'authorization: Bearer KEY'");
    case CallerRefusal::kWrongKey:
      return absl::UnauthenticatedError("the key in 'authorization' is not known");
    case CallerRefusal::kNoCertificate:
      return absl::UnauthenticatedError("a client certificate is needed");
    case CallerRefusal::kWrongName:
      return absl::PermissionDeniedError("no name of the client certificate may call");
  }
  return absl::UnauthenticatedError("not known");
}

}  // namespace quartet
