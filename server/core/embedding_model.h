// The interface between the pipeline and a model.
#ifndef QUARTET_CORE_EMBEDDING_MODEL_H_
#define QUARTET_CORE_EMBEDDING_MODEL_H_

#include <cstddef>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "core/forward_helper.h"
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

  // What a thread needs of its own before its first Embed is fast. Called once by each lane, before
  // it takes work for this model.
  virtual void PrepareThread() {}

  // One row for each sequence, in order. A sequence's row does not depend on its batch mates.
  // INVALID_ARGUMENT: an empty batch, an empty or too long sequence, an id outside of the
  // vocabulary. INTERNAL: the model failed.
  // `helper`: a second thread that the model may let take a part of it; null for none. The result
  // is the same bits. Thread-safe: every lane runs the same model at once.
  virtual absl::StatusOr<EmbeddingMatrix> Embed(const TokenBatch& batch, ForwardHelper* helper) = 0;

  absl::StatusOr<EmbeddingMatrix> Embed(const TokenBatch& batch) { return Embed(batch, nullptr); }
};

}  // namespace quartet

#endif  // QUARTET_CORE_EMBEDDING_MODEL_H_
