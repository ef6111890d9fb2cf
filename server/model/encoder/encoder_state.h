// What an encoder is made of, as it stands in an artefact: sizes and packed weights, checked.
#ifndef QUARTET_MODEL_ENCODER_ENCODER_STATE_H_
#define QUARTET_MODEL_ENCODER_ENCODER_STATE_H_

#include <ATen/core/Dict.h>
#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
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
  std::optional<std::int64_t> padding_id;  // what PositionCounter takes
  bool mean_pooling = false;               // else the vector of the first token
  bool normalize = false;
  float layer_norm_eps = 0;

  std::size_t position_rows() const {
    return max_sequence_length + (padding_id.has_value() ? 1 : 0);
  }
  std::size_t head_size() const { return hidden_size / num_attention_heads; }
};

// A linear of `outputs` x `inputs`: symmetric int8 with a scale per output, bfloat16 or float32.
struct PackedLinear {
  // [outputs / 64, inputs / pack, 64, pack], pack 4 in int8, 2 in bfloat16, 1 in float32.
  at::Tensor weight;
  at::Tensor scale;  // float32 [outputs]; undefined but for int8
  at::Tensor bias;   // float32 [outputs]
};

struct NormWeights {
  at::Tensor weight;  // float32 [hidden]
  at::Tensor bias;    // float32 [hidden]
};

struct PackedLayer {
  // Outputs: all queries, all keys, all values. Queries come multiplied by
  // log2(e) / sqrt(head size): attention's softmax is in base 2.
  PackedLinear query_key_value;
  PackedLinear attention_output;
  NormWeights attention_norm;
  PackedLinear intermediate;
  PackedLinear output;
  NormWeights output_norm;
};

struct EncoderState {
  EncoderShape shape;
  at::ScalarType weights = at::kChar;  // of all linears and the token embeddings
  at::Tensor token_embedding;          // [vocab_size, hidden]
  at::Tensor token_scale;              // float32 [vocab_size]; undefined but for int8
  at::Tensor position_embedding;       // float32 [position_rows, hidden]
  NormWeights embedding_norm;
  std::vector<PackedLayer> layers;
};

using SizesByName = c10::Dict<std::string, std::int64_t>;
using TensorsByName = c10::Dict<std::string, at::Tensor>;

// Throws c10::Error that names what is missing or of a wrong type, shape or size. Sizes must suit
// the kernels: hidden and intermediate multiples of 64, heads of a multiple of 32.
EncoderState ReadEncoderState(const SizesByName& sizes, double layer_norm_eps,
                              const TensorsByName& tensors);

// The same with its bfloat16 weights in float32, exactly.
EncoderState Widened(EncoderState state);

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_ENCODER_STATE_H_
