// How a model's texts are tokenized; read from its artefact, used to make the tokenizer.
#ifndef QUARTET_CORE_TOKENIZER_SPEC_H_
#define QUARTET_CORE_TOKENIZER_SPEC_H_

#include <cstddef>
#include <string>
#include <vector>

namespace quartet {

inline constexpr char kWordpiece[] = "wordpiece";
inline constexpr char kSentencepiece[] = "sentencepiece";  // as XLM-RoBERTa uses it

struct TokenizerSpec {
  std::string kind;
  // These seven are WordPiece's.
  bool lower_case = false;
  bool strip_accents = false;
  bool split_cjk = false;
  std::string unknown_token;
  std::string cls_token;
  std::string sep_token;
  // Of the vocabulary: taken for the token itself where they stand in a text.
  std::vector<std::string> added_tokens;
  std::size_t max_word_characters = 0;  // longer words are unknown
  std::size_t max_sequence_length = 0;  // tokens, special tokens included
  bool mask_takes_spaces = false;  // sentencepiece's: white space before a <mask> is part of it
};

}  // namespace quartet

#endif  // QUARTET_CORE_TOKENIZER_SPEC_H_
