// What a text of a request must be.
#ifndef QUARTET_CALLS_TEXT_LIMITS_H_
#define QUARTET_CALLS_TEXT_LIMITS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quartet {

struct RequestLimits {
  std::size_t max_texts = 256;
  std::size_t max_text_bytes = 32768;
};

// What is wrong with a text, for InvalidField; nullopt: nothing. It names the limit and the value.
std::optional<std::string> ProblemOf(std::string_view text, const RequestLimits& limits);

// The same of how many there are.
std::optional<std::string> ProblemOfCount(std::size_t texts, const RequestLimits& limits);

}  // namespace quartet

#endif  // QUARTET_CALLS_TEXT_LIMITS_H_
