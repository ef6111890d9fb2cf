// The interface between the pipeline and a tokenizer.
#ifndef QUARTET_CORE_TOKENIZER_H_
#define QUARTET_CORE_TOKENIZER_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/token.h"
#include "core/token_sequence.h"

namespace quartet {

// What to do with a text of more tokens than the model takes.
enum class Truncation {
  kEnd,     // keep the beginning, cut the end
  kStart,   // cut the beginning, keep the end
  kReject,  // INVALID_ARGUMENT
};

// Thread-safe: const methods may run at once in several threads.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // `text` is valid UTF-8 (invalid bytes must not crash: each counts as U+FFFD). The result holds
  // the special tokens and at most max_sequence_length() ids. With kReject a longer text gives
  // INVALID_ARGUMENT, whose message says the limit and the text's number of tokens.
  virtual absl::StatusOr<TokenSequence> Tokenize(std::string_view text,
                                                 Truncation truncation) const = 0;

  // Every token of the text, special tokens included, none cut; otherwise as Tokenize.
  virtual std::vector<Token> Describe(std::string_view text) const = 0;

  // In tokens, special tokens included.
  virtual std::size_t max_sequence_length() const = 0;
};

}  // namespace quartet

#endif  // QUARTET_CORE_TOKENIZER_H_
