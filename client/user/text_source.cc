#include "user/text_source.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace quartet {

absl::StatusOr<std::vector<std::string>> TextSource::Next(std::size_t most) {
  std::vector<std::string> texts;
  while (texts.size() < most && (texts.empty() || in_.HasNext())) {
    std::optional<std::string> line = in_.Next();
    if (!line) break;
    ++lines_;
    if (!line->empty() && line->back() == '\r') line->pop_back();
    absl::StatusOr<std::string> text = TextOf(*std::move(line));
    if (!text.ok()) return text.status();
    texts.push_back(*std::move(text));
  }
  if (!in_.status().ok()) return in_.status();
  return texts;
}

absl::StatusOr<std::string> TextSource::TextOf(std::string line) const {
  if (line.empty()) return absl::InvalidArgumentError(absl::StrCat("line ", lines_, ": is empty"));
  if (field_.empty()) return line;
  const auto object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) {
    return absl::InvalidArgumentError(absl::StrCat("line ", lines_, ": is no JSON object"));
  }
  const auto text = object.find(field_);
  if (text == object.end() || !text->is_string()) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", lines_, ": has no text in the field ", field_));
  }
  return text->get<std::string>();
}

}  // namespace quartet
