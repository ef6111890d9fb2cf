// What an encoder is made of, as it stands in an artefact: sizes and packed weights, checked.
#ifndef QUARTET_MODEL_ENCODER_ENCODER_STATE_H_
#define QUARTET_MODEL_ENCODER_ENCODER_STATE_H_

#include <ATen/core/Dict.h>
#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace quartet {

// Named as in a model's config.json.
struct EncoderShape {
  std::size_t vocab_size = 0;
  std::size_t hidden_size = 0;
  std::size_t intermediate_size = 0;
  std::size_t num_hidden_layers = 0;
  std::size_t num_attention_heads = 0;
  std::size_t max_sequence_length = 0;
  bool mean_pooling = false;  // else the vector of the first token
  bool normalize = false;
  float layer_norm_eps = 0;

  std::size_t head_size() const { return hidden_size / num_attention_heads; }
};

// A linear of `outputs` x `inputs`, symmetric int8 with a scale per output.
struct PackedLinear {
  at::Tensor weight;  // int8 [outputs / 64, inputs / 4, 64, 4]
  at::Tensor scale;   // float32 [outputs]
  at::Tensor bias;    // float32 [outputs]
};

struct NormWeights {
  at::Tensor weight;  // float32 [hidden]
  at::Tensor bias;    // float32 [hidden]
};

struct PackedLayer {
  PackedLinear query_key_value;  // outputs: all queries, all keys, all values
  PackedLinear attention_output;
  NormWeights attention_norm;
  PackedLinear intermediate;
  PackedLinear output;
  NormWeights output_norm;
};

struct EncoderState {
  EncoderShape shape;
  at::Tensor token_embedding;     // int8 [vocab_size, hidden]
  at::Tensor token_scale;         // float32 [vocab_size]
  at::Tensor position_embedding;  // float32 [max_sequence_length, hidden]
  NormWeights embedding_norm;
  std::vector<PackedLayer> layers;
};

using SizesByName = c10::Dict<std::string, std::int64_t>;
using TensorsByName = c10::Dict<std::string, at::Tensor>;

// Throws c10::Error that names what is missing or of a wrong type, shape or size. Sizes must suit
// the kernels: hidden and intermediate multiples of 64, heads of a multiple of 32.
EncoderState ReadEncoderState(const SizesByName& sizes, double layer_norm_eps,
                              const TensorsByName& tensors);

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_ENCODER_STATE_H_
