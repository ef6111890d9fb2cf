#include "setting_text.h"

#include <cctype>
#include <cstddef>
#include <exception>

namespace quartet {

std::optional<std::chrono::milliseconds> ParseDuration(const std::string& text) {
  std::size_t end = 0;
  unsigned long count = 0;
  try {
    count = std::stoul(text, &end);
  } catch (const std::exception&) {
    end = 0;
  }
  const std::string unit = text.substr(end);
  constexpr unsigned long kMost = 24UL * 3600;  // a day in seconds: more is a mistake
  if (end > 0 && count <= kMost && std::isdigit(static_cast<unsigned char>(text[0]))) {
    if (unit == "ms") return std::chrono::milliseconds(count);
    if (unit == "s") return std::chrono::seconds(count);
    if (unit == "m" && count <= kMost / 60) return std::chrono::minutes(count);
  }
  return std::nullopt;
}

std::optional<std::string> ParseSha256(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return std::nullopt;
  }
  return text;
}

}  // namespace quartet
