// From the text of a setting to its value. Pure functions; nullopt: the text is none.
#ifndef QUARTET_SETTING_TEXT_H_
#define QUARTET_SETTING_TEXT_H_

#include <chrono>
#include <optional>
#include <string>

namespace quartet {

// "30s", "500ms", "2m", up to a day; a bare number is refused, because nobody remembers its unit.
std::optional<std::chrono::milliseconds> ParseDuration(const std::string& text);

// 64 hexadecimal digits; in lower case afterwards.
std::optional<std::string> ParseSha256(std::string text);

}  // namespace quartet

#endif  // QUARTET_SETTING_TEXT_H_
