// Whether a caller may come in.
#ifndef QUARTET_SECURITY_CALLER_RULES_H_
#define QUARTET_SECURITY_CALLER_RULES_H_

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "security/api_keys.h"

namespace quartet {

// What one call shows of itself.
struct Caller {
  std::string_view authorization;              // the header of that name; empty: none
  std::vector<std::string> certificate_names;  // of a certificate that was verified; empty: none
};

struct CallerRules {
  const ApiKeys* keys = nullptr;  // null: none is needed
  // One of them must be the certificate's; empty: none is needed.
  std::span<const std::string> names;
};

enum class CallerRefusal { kNoKey, kWrongKey, kNoCertificate, kWrongName };
inline constexpr std::array kCallerRefusals = {CallerRefusal::kNoKey, CallerRefusal::kWrongKey,
                                               CallerRefusal::kNoCertificate,
                                               CallerRefusal::kWrongName};

// As metrics and log lines have it.
const char* NameOf(CallerRefusal refusal);

struct Judgement {
  std::optional<CallerRefusal> refusal;  // nullopt: the caller has met every rule
  // By which it is known then: its key's; else of its certificate the one that is listed or, where
  // none are, the first. Empty: by nothing. Lives as long as the caller and the rules.
  std::string_view name;
};

Judgement Judge(const Caller& caller, const CallerRules& rules);

// UNAUTHENTICATED: nobody knows who calls; PERMISSION_DENIED: it is known, and may not.
absl::Status StatusOf(CallerRefusal refusal);

}  // namespace quartet

#endif  // QUARTET_SECURITY_CALLER_RULES_H_
