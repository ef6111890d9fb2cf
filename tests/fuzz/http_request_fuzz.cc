// The bounded reading of a body agrees with the JSON library's own, and keeps its limits.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "calls/utf8.h"
#include "check.h"
#include "http/request_json.h"

namespace quartet {
namespace {

using Json = nlohmann::json;
using Call = absl::StatusOr<EmbedCall>;

constexpr RequestLimits kLimits = {.max_texts = 4, .max_text_bytes = 32};

bool IsText(const Json& json) {
  if (!json.is_string()) return false;
  const auto& text = json.get_ref<const std::string&>();
  return !text.empty() && text.size() <= kLimits.max_text_bytes && !FirstInvalidUtf8(text);
}

bool IsList(const Json& json) {
  if (!json.is_array() || json.empty() || json.size() > kLimits.max_texts) return false;
  return std::all_of(json.begin(), json.end(), &IsText);
}

const Json* Find(const Json& json, const char* field) {
  if (!json.is_object() || !json.contains(field)) return nullptr;
  return &json[field];
}

void CheckAnswer(const Call& call, bool is_good, const Json* texts) {
  Check(call.ok() == is_good, "it takes what the library can read");
  if (!call.ok()) {
    Check(call.status().code() == absl::StatusCode::kInvalidArgument, "the caller's mistake");
    Check(!call.status().message().empty(), "it says why");
    return;
  }
  const Json expected = texts->is_string() ? Json::array({*texts}) : *texts;
  Check(Json(call->texts) == expected, "the same texts");
}

void FuzzOne(const std::string& body) {
  const Json reference = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  const Json* question = Find(reference, "question");
  CheckAnswer(ParseQuery(body, kLimits), question != nullptr && IsText(*question), question);
  const Json* questions = Find(reference, "questions");
  CheckAnswer(ParseQueryBatch(body, kLimits), questions != nullptr && IsList(*questions),
              questions);
  const Call call = ParseEmbeddings(body, kLimits);
  const Json* input = Find(reference, "input");
  CheckAnswer(call, call.ok(), input);
  if (call.ok()) Check(IsText(*input) || IsList(*input), "texts within the limits");
}

}  // namespace
}  // namespace quartet

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  quartet::FuzzOne({reinterpret_cast<const char*>(data), size});
  return 0;
}
