// Special tokens that stand literally in a text, such as "[SEP]".
//
// Hugging Face's tokenizers look for them before anything else and take them for the token itself.
// That is what the model's reference does with such a text, so it is what we do.
#ifndef QUARTET_TOKENIZATION_SPECIAL_TOKENS_H_
#define QUARTET_TOKENIZATION_SPECIAL_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quartet {

// Immutable, so thread-safe.
class SpecialTokens {
 public:
  struct Match {
    std::size_t offset = 0;  // bytes; the size of the text when there is none
    std::size_t length = 0;  // bytes; 0 when there is none
    std::int64_t id = 0;
  };

  // Tokens are not empty.
  explicit SpecialTokens(std::vector<std::pair<std::string, std::int64_t>> tokens);

  // The first one at or after `start`; of several there the longest.
  Match FindFirst(std::string_view text, std::size_t start) const;

 private:
  std::size_t FindFirstByte(std::string_view text, std::size_t start) const;

  std::vector<std::pair<std::string, std::int64_t>> tokens_;  // the longest first
  std::string first_bytes_;                                   // each once
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_SPECIAL_TOKENS_H_
