// Which row of the position table a token gets.
#ifndef QUARTET_MODEL_ENCODER_POSITION_COUNTER_H_
#define QUARTET_MODEL_ENCODER_POSITION_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <optional>

namespace quartet {

// Counts through one sequence. BERT numbers all tokens. RoBERTa does not count tokens that are its
// padding, as a text may hold; they have the first row of the table.
class PositionCounter {
 public:
  explicit PositionCounter(std::optional<std::int64_t> padding_id)
      : padding_id_(padding_id), next_(padding_id.has_value() ? 1 : 0) {}

  // Of the sequence's next token.
  std::size_t Next(std::int64_t token_id) { return token_id == padding_id_ ? 0 : next_++; }

 private:
  const std::optional<std::int64_t> padding_id_;
  std::size_t next_;
};

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_POSITION_COUNTER_H_
