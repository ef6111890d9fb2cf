// XLM-RoBERTa's tokenizer: ids and offsets are those of transformers' XLMRobertaTokenizerFast for
// every text, but for clusters of characters that depend on the version of Unicode.
//
// Why not the sentencepiece library: what people embed with such models is what Hugging Face's
// tokenizers make of them, and the library disagrees with those in 4 of 100 awkward texts (it looks
// for other prefixes in the normalizer's trie, and has other spaces), and in most offsets where
// characters are replaced.
#ifndef QUARTET_TOKENIZATION_SENTENCEPIECE_TOKENIZER_H_
#define QUARTET_TOKENIZATION_SENTENCEPIECE_TOKENIZER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/tokenizer.h"
#include "tokenization/character_map.h"
#include "tokenization/segment_memo.h"
#include "tokenization/segmenter.h"
#include "tokenization/sentencepiece_model.h"
#include "tokenization/special_tokens.h"
#include "tokenization/token_output.h"

namespace quartet {

// Immutable, so thread-safe. Time is linear in the text for unigram models, n log n in the longest
// word for BPE ones.
class SentencepieceTokenizer final : public Tokenizer {
 public:
  struct Options {
    bool mask_takes_spaces = false;       // those before a <mask> in a text belong to it
    std::size_t max_sequence_length = 0;  // >= 3: <s>, a token, </s>
  };

  // INVALID_ARGUMENT when the model's character map is damaged.
  static absl::StatusOr<std::unique_ptr<Tokenizer>> Create(const SentencepieceModel& model,
                                                           const Options& options);

  absl::StatusOr<TokenSequence> Tokenize(std::string_view text,
                                         Truncation truncation) const override;
  std::vector<Token> Describe(std::string_view text) const override;
  std::size_t max_sequence_length() const override { return frame_.max_sequence_length; }

 private:
  SentencepieceTokenizer(const SentencepieceModel& model, CharacterMap map, const Options& options);

  // What is between two special tokens of a text, and the one that ends it.
  struct Part {
    std::string_view text;
    std::size_t offset = 0;  // in the text
    SpecialTokens::Match end;
  };

  Part PartAt(std::string_view text, std::size_t start) const;

  // Appends ids of `text`, and stops soon after there are enough.
  void AppendText(std::string_view text, TokenOutput& output) const;
  void AppendPart(const Part& part, SegmentMemo& memo, TokenOutput& output) const;

  // Appends the text's last ids, all or at least `enough`: pieces are looked for in no word before
  // those. Sources are not told.
  void AppendEnd(std::string_view text, std::size_t enough, TokenOutput& output) const;
  // The last id first.
  void AppendReversed(std::string_view part, std::size_t enough,
                      std::vector<std::int64_t>& ids) const;

  std::vector<std::string> pieces_;  // by id
  const CharacterMap map_;
  const SpecialTokens special_tokens_;
  const std::unique_ptr<const Segmenter> segmenter_;
  const bool mask_takes_spaces_;
  const TokenFrame frame_;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_SENTENCEPIECE_TOKENIZER_H_
