#include "model/batch_check.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace quartet {

absl::Status CheckBatch(const TokenBatch& batch, const BatchLimits& limits) {
  const std::size_t items = batch.sequence_lengths.size();
  if (items == 0 || items > kMaxBatchItems) {
    return absl::InvalidArgumentError(
        absl::StrCat("a batch of ", items, " sequences, the limit is ", kMaxBatchItems));
  }
  std::size_t total = 0;
  for (const std::int64_t length : batch.sequence_lengths) {
    if (length < 1 || static_cast<std::size_t>(length) > limits.max_sequence_length) {
      return absl::InvalidArgumentError(absl::StrCat(
          "a sequence of ", length, " tokens, the limit is ", limits.max_sequence_length));
    }
    total += static_cast<std::size_t>(length);
  }
  if (total != batch.token_ids.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("lengths add up to ", total, ", there are ", batch.token_ids.size(), " ids"));
  }
  for (const std::int64_t id : batch.token_ids) {
    if (id < 0 || static_cast<std::size_t>(id) >= limits.vocabulary_size) {
      return absl::InvalidArgumentError(
          absl::StrCat("token id ", id, ", the vocabulary has ", limits.vocabulary_size));
    }
  }
  return absl::OkStatus();
}

}  // namespace quartet
