// What a text becomes on its way through a tokenizer, and how that is cut.
#ifndef QUARTET_TOKENIZATION_TOKEN_OUTPUT_H_
#define QUARTET_TOKENIZATION_TOKEN_OUTPUT_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/statusor.h"
#include "core/token_sequence.h"
#include "core/tokenizer.h"
#include "tokenization/byte_range.h"

namespace quartet {

struct TokenOutput {
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  std::size_t enough = kAll;  // ids; one beyond these shows that there are more
  std::vector<std::int64_t> ids;
  std::vector<ByteRange>* sources = nullptr;  // of each id, if somebody wants them

  bool IsFull() const { return ids.size() > enough; }
  void Add(std::int64_t id, ByteRange source) {
    ids.push_back(id);
    if (sources != nullptr) sources->push_back(source);
  }
  void Shrink(std::size_t size) {
    ids.resize(size);
    if (sources != nullptr) sources->resize(size);
  }
};

// One text's frame: the special tokens around it, and how many there may be with them.
struct TokenFrame {
  std::int64_t first_id = 0;
  std::int64_t last_id = 0;
  std::size_t max_sequence_length = 0;  // >= 3

  // Who keeps the beginning need not read the rest of a text.
  TokenOutput MakeOutput(Truncation truncation) const;
  // The output's ids, cut to fit and framed, as Tokenizer::Tokenize promises.
  absl::StatusOr<TokenSequence> Finish(TokenOutput output, Truncation truncation) const;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_TOKEN_OUTPUT_H_
