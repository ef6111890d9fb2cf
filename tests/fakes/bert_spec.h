// The tokenizer settings of BERT's models, for tests of tokenizers.
#ifndef QUARTET_TESTS_FAKES_BERT_SPEC_H_
#define QUARTET_TESTS_FAKES_BERT_SPEC_H_

#include <cstddef>

#include "core/tokenizer_spec.h"

namespace quartet {

inline TokenizerSpec BertSpec(std::size_t max_sequence_length, bool uncased = true) {
  return {.kind = "wordpiece",
          .lower_case = uncased,
          .strip_accents = uncased,
          .split_cjk = true,
          .unknown_token = "[UNK]",
          .cls_token = "[CLS]",
          .sep_token = "[SEP]",
          .added_tokens = {"[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"},
          .max_word_characters = 100,
          .max_sequence_length = max_sequence_length};
}

}  // namespace quartet

#endif  // QUARTET_TESTS_FAKES_BERT_SPEC_H_
