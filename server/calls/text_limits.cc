#include "calls/text_limits.h"

#include "absl/strings/str_cat.h"
#include "calls/utf8.h"

namespace quartet {

std::optional<std::string> ProblemOf(std::string_view text, const RequestLimits& limits) {
  if (text.empty()) return "is empty; a text has at least 1 byte";
  if (text.size() > limits.max_text_bytes) {
    return absl::StrCat("has ", text.size(), " bytes, the limit is ", limits.max_text_bytes);
  }
  if (const auto offset = FirstInvalidUtf8(text)) {
    return absl::StrCat("is not valid UTF-8 at byte ", *offset);
  }
  return std::nullopt;
}

std::optional<std::string> ProblemOfCount(std::size_t texts, const RequestLimits& limits) {
  if (texts == 0) return "is empty; a request has at least 1 text";
  if (texts > limits.max_texts) {
    return absl::StrCat("has ", texts, " texts, the limit is ", limits.max_texts);
  }
  return std::nullopt;
}

}  // namespace quartet
