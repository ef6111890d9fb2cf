// Any file of keys is read, or refused with a message that names the line: never a crash.
#include <cstddef>
#include <cstdint>
#include <string>

#include "check.h"
#include "security/caller_rules.h"

namespace quartet {
namespace {

void FuzzOne(const std::string& content) {
  const absl::StatusOr<ApiKeys> keys = ApiKeys::Parse(content);
  if (!keys.ok()) {
    Check(keys.status().code() == absl::StatusCode::kInvalidArgument, "the file's mistake");
    Check(!keys.status().message().empty(), "it says why");
    return;
  }
  Check(keys->size() > 0, "there is a key");
  // What was read is also a header, and nobody knows a key of these hashes.
  Check(Judge({.authorization = content}, {.keys = &*keys}).refusal.has_value(), "nobody comes in");
}

}  // namespace
}  // namespace quartet

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  quartet::FuzzOne({reinterpret_cast<const char*>(data), size});
  return 0;
}
