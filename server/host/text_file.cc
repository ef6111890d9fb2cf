#include "host/text_file.h"

#include <fstream>
#include <sstream>

namespace quartet {

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream content;
  // A directory opens but does not read.
  if (!file || !(content << file.rdbuf())) return std::nullopt;
  return content.str();
}

std::optional<std::int64_t> ReadNumber(const std::string& path) {
  const auto content = ReadFile(path);
  if (!content.has_value()) return std::nullopt;
  std::istringstream words(*content);
  std::int64_t number = 0;
  if (!(words >> number)) return std::nullopt;
  return number;
}

std::optional<std::int64_t> NumberOf(const std::string& key, const std::string& content) {
  std::istringstream lines(content);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string name;
    std::int64_t number = 0;
    if (words >> name && name == key && words >> number) return number;
  }
  return std::nullopt;
}

}  // namespace quartet
