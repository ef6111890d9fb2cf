// What one run of the model takes: up to four sequences, one after another, without padding.
#ifndef QUARTET_CORE_TOKEN_BATCH_H_
#define QUARTET_CORE_TOKEN_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/token_sequence.h"

namespace quartet {

// The most sequences one forward takes: the service's fixed shape. Four short texts already fill
// the cores' matrix units; more would only make the first text wait for the last.
inline constexpr std::size_t kMaxBatchItems = 4;

struct TokenBatch {
  std::vector<std::int64_t> token_ids;         // [T], T = sum of sequence_lengths
  std::vector<std::int64_t> sequence_lengths;  // [N], each >= 1

  void Add(const TokenSequence& sequence) {
    token_ids.insert(token_ids.end(), sequence.ids.begin(), sequence.ids.end());
    sequence_lengths.push_back(static_cast<std::int64_t>(sequence.ids.size()));
  }
};

}  // namespace quartet

#endif  // QUARTET_CORE_TOKEN_BATCH_H_
