// From an artefact's tokenizer settings and file to a tokenizer.
#ifndef QUARTET_TOKENIZATION_TOKENIZER_LOADER_H_
#define QUARTET_TOKENIZATION_TOKENIZER_LOADER_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/tokenizer.h"
#include "core/tokenizer_spec.h"

namespace quartet {

// `file_content` is copied. INVALID_ARGUMENT, naming what is wrong: an unknown kind, a
// max_sequence_length under 3; of WordPiece a vocabulary that is empty or not UTF-8, a special or
// added token that it lacks, a max_word_characters of 0; of sentencepiece a file that is none or
// asks for what XLM-RoBERTa's tokenizer does not do.
absl::StatusOr<std::unique_ptr<Tokenizer>> LoadTokenizer(const TokenizerSpec& spec,
                                                         std::string_view file_content);

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_TOKENIZER_LOADER_H_
