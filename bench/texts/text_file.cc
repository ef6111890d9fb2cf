#include "texts/text_file.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace quartet::bench {

absl::StatusOr<std::vector<std::string>> ReadTexts(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read '", path, "'"));
  std::vector<std::string> texts;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) texts.push_back(line);
  }
  if (texts.empty()) return absl::InvalidArgumentError(absl::StrCat("no text in '", path, "'"));
  return texts;
}

absl::StatusOr<TokenIds> ReadTokenIds(const std::string& path) {
  const absl::StatusOr<std::vector<std::string>> lines = ReadTexts(path);
  if (!lines.ok()) return lines.status();
  TokenIds result;
  for (const std::string& line : *lines) {
    std::istringstream numbers(line);
    std::vector<std::int64_t> ids;
    for (std::int64_t id = 0; numbers >> id;) ids.push_back(id);
    if (!numbers.eof() || ids.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", path, "' line ", result.size() + 1, " is not a list of token ids"));
    }
    result.push_back(std::move(ids));
  }
  return result;
}

}  // namespace quartet::bench
