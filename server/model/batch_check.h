// Whether a batch may be given to the model: a pure function, so that a wrong batch is an error and
// never a read outside of a tensor.
#ifndef QUARTET_MODEL_BATCH_CHECK_H_
#define QUARTET_MODEL_BATCH_CHECK_H_

#include <cstddef>

#include "absl/status/status.h"
#include "core/token_batch.h"

namespace quartet {

struct BatchLimits {
  std::size_t max_sequence_length = 0;
  std::size_t vocabulary_size = 0;
};

// INVALID_ARGUMENT: no sequence or more than kMaxBatchItems, an empty or too long one, lengths that
// don't add up to the ids, an id outside of the vocabulary.
absl::Status CheckBatch(const TokenBatch& batch, const BatchLimits& limits);

}  // namespace quartet

#endif  // QUARTET_MODEL_BATCH_CHECK_H_
