// The interface between the pipeline and a model.
#ifndef QUARTET_CORE_EMBEDDING_MODEL_H_
#define QUARTET_CORE_EMBEDDING_MODEL_H_

#include <cstddef>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "core/token_batch.h"

namespace quartet {

// Row-major float32 [rows, dimension].
struct EmbeddingMatrix {
  std::size_t dimension = 0;
  std::vector<float> values;

  std::size_t rows() const { return dimension == 0 ? 0 : values.size() / dimension; }
  std::span<const float> row(std::size_t index) const {
    return std::span<const float>(values).subspan(index * dimension, dimension);
  }
};

class EmbeddingModel {
 public:
  virtual ~EmbeddingModel() = default;

  // One row for each sequence, in order. A sequence's row does not depend on its batch mates.
  // INVALID_ARGUMENT: an empty batch, an empty or too long sequence, an id outside of the
  // vocabulary. INTERNAL: the model failed.
  // Thread-safe: every lane runs the same model at once.
  virtual absl::StatusOr<EmbeddingMatrix> Embed(const TokenBatch& batch) = 0;
};

}  // namespace quartet

#endif  // QUARTET_CORE_EMBEDDING_MODEL_H_
