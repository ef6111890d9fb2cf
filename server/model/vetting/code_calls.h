// What the code of a TorchScript archive can call.
#ifndef QUARTET_MODEL_VETTING_CODE_CALLS_H_
#define QUARTET_MODEL_VETTING_CODE_CALLS_H_

#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace quartet {

// The name before each parenthesis: "torch.linear", "range"; a method without what it is called
// on, ".forward"; a definition "def forward", a class's base "(Module)". Nothing else in the
// language runs anything but arithmetic. Text in quotes counts as code, so a wrong idea of where a
// string ends can't hide a call. INVALID_ARGUMENT for what serialised code has no need of: a call
// of an expression, comments, line continuations, decorators, bytes that are not ASCII.
absl::StatusOr<std::set<std::string>> CallsOf(std::string_view code);

}  // namespace quartet

#endif  // QUARTET_MODEL_VETTING_CODE_CALLS_H_
