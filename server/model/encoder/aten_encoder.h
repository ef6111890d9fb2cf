// The encoder in libtorch's own operators, from the same packed weights: for CPUs that the fused
// one does not serve, and to compare it with.
#ifndef QUARTET_MODEL_ENCODER_ATEN_ENCODER_H_
#define QUARTET_MODEL_ENCODER_ATEN_ENCODER_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "model/encoder/encoder_state.h"

namespace quartet {

// Weights are unpacked to float32 and activations stay float32, so it is as accurate as the weights
// are, needs memory for both forms of them, and runs anywhere. Immutable.
class AtenEncoder {
 public:
  explicit AtenEncoder(const EncoderState& state);

  // token_ids int64[T], sequence_lengths int64[N] as RaggedBatch says. float32 [N, hidden].
  at::Tensor Encode(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) const;

  // The same before pooling: float32 [T, hidden], a row per token.
  at::Tensor EncodeTokens(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) const;

 private:
  struct Linear {
    explicit Linear(const PackedLinear& packed);
    at::Tensor operator()(const at::Tensor& rows) const;

    at::Tensor weight;  // float32 [outputs, inputs]
    at::Tensor bias;
  };

  struct Layer {
    Linear query_key_value;
    Linear attention_output;
    NormWeights attention_norm;
    Linear intermediate;
    Linear output;
    NormWeights output_norm;
  };

  at::Tensor Embed(const at::Tensor& token_ids, c10::IntArrayRef lengths) const;
  at::Tensor Normalize(const at::Tensor& rows, const NormWeights& norm) const;
  at::Tensor Attend(const at::Tensor& projections, c10::IntArrayRef lengths) const;

  EncoderShape shape_;
  at::Tensor token_embedding_;  // int8, rows are scaled when they are looked up
  at::Tensor token_scale_;
  at::Tensor position_embedding_;
  NormWeights embedding_norm_;
  std::vector<Layer> layers_;
};

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_ATEN_ENCODER_H_
