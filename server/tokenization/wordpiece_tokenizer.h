// BERT's tokenizer: the ids are those of Hugging Face's BertTokenizer for every text, but for code
// points whose class depends on the version of Unicode.
#ifndef QUARTET_TOKENIZATION_WORDPIECE_TOKENIZER_H_
#define QUARTET_TOKENIZATION_WORDPIECE_TOKENIZER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/tokenizer.h"
#include "tokenization/special_tokens.h"
#include "tokenization/token_output.h"
#include "tokenization/vocabulary.h"
#include "tokenization/word_stream.h"

namespace quartet {

// Immutable, so thread-safe. Time is linear in the text: words are bounded by
// max_word_characters, pieces by the longest one of the vocabulary.
class WordpieceTokenizer final : public Tokenizer {
 public:
  struct Options {
    WordOptions words;
    std::int64_t unknown_id = 0;
    TokenFrame frame;  // [CLS] and [SEP]
  };

  WordpieceTokenizer(Vocabulary vocabulary, SpecialTokens special_tokens, const Options& options);

  absl::StatusOr<TokenSequence> Tokenize(std::string_view text,
                                         Truncation truncation) const override;
  std::vector<Token> Describe(std::string_view text) const override;
  std::size_t max_sequence_length() const override { return options_.frame.max_sequence_length; }

 private:
  // Appends ids of `text`, and stops soon after there are enough.
  void AppendText(std::string_view text, TokenOutput& output) const;
  // `offset`: of the segment in the text.
  void AppendSegment(std::string_view segment, std::size_t offset, TokenOutput& output) const;
  void AppendWord(const Word& word, std::size_t offset, TokenOutput& output) const;

  const Vocabulary vocabulary_;
  const SpecialTokens special_tokens_;
  const Options options_;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_WORDPIECE_TOKENIZER_H_
