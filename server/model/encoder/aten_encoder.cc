#include "model/encoder/aten_encoder.h"

#include <ATen/ATen.h>

#include <numbers>

namespace quartet {
namespace {

// In float32; a row's scale, where there are scales.
at::Tensor Scaled(const at::Tensor& rows, const at::Tensor& scale) {
  return scale.defined() ? rows * scale.unsqueeze(1) : rows.to(at::kFloat);
}

}  // namespace

AtenEncoder::Linear::Linear(const PackedLinear& packed)
    // [outputs / 64, inputs / pack, 64, pack] -> [outputs / 64, 64, inputs / pack, pack]
    // -> [outputs, inputs]
    : weight(Scaled(packed.weight.permute({0, 2, 1, 3}).reshape({packed.bias.numel(), -1}),
                    packed.scale)),
      bias(packed.bias) {}

at::Tensor AtenEncoder::Linear::operator()(const at::Tensor& rows) const {
  return at::linear(rows, weight, bias);
}

AtenEncoder::AtenEncoder(const EncoderState& state)
    : shape_(state.shape),
      token_embedding_(state.token_embedding),
      token_scale_(state.token_scale),
      position_embedding_(state.position_embedding),
      embedding_norm_(state.embedding_norm) {
  for (const PackedLayer& layer : state.layers) {
    layers_.push_back({Linear(layer.query_key_value), Linear(layer.attention_output),
                       layer.attention_norm, Linear(layer.intermediate), Linear(layer.output),
                       layer.output_norm});
  }
}

at::Tensor AtenEncoder::Encode(const at::Tensor& token_ids,
                               const at::Tensor& sequence_lengths) const {
  const std::vector<std::int64_t> lengths(
      sequence_lengths.const_data_ptr<std::int64_t>(),
      sequence_lengths.const_data_ptr<std::int64_t>() + sequence_lengths.numel());
  std::vector<at::Tensor> positions;
  for (const std::int64_t length : lengths) {
    positions.push_back(position_embedding_.slice(0, 0, length));
  }
  at::Tensor rows =
      Scaled(at::index_select(token_embedding_, 0, token_ids),
             token_scale_.defined() ? at::index_select(token_scale_, 0, token_ids) : at::Tensor());
  rows = Normalize(rows + at::cat(positions), embedding_norm_);
  for (const Layer& layer : layers_) {
    const at::Tensor contexts = Attend(layer.query_key_value(rows), lengths);
    rows = Normalize(rows + layer.attention_output(contexts), layer.attention_norm);
    rows = Normalize(rows + layer.output(at::gelu(layer.intermediate(rows))), layer.output_norm);
  }
  std::vector<at::Tensor> vectors;
  for (const at::Tensor& sequence : at::split_with_sizes(rows, lengths)) {
    vectors.push_back(shape_.mean_pooling ? sequence.mean(0) : sequence[0]);
  }
  at::Tensor pooled = at::stack(vectors);
  if (shape_.normalize) pooled = pooled / pooled.norm(2, {1}, true).clamp_min(1e-12);
  return pooled;
}

at::Tensor AtenEncoder::Normalize(const at::Tensor& rows, const NormWeights& norm) const {
  return at::layer_norm(rows, norm.weight.sizes(), norm.weight, norm.bias, shape_.layer_norm_eps);
}

at::Tensor AtenEncoder::Attend(const at::Tensor& projections, c10::IntArrayRef lengths) const {
  const auto heads = static_cast<std::int64_t>(shape_.num_attention_heads);
  const auto head_size = static_cast<std::int64_t>(shape_.head_size());
  std::vector<at::Tensor> contexts;
  for (const at::Tensor& sequence :
       at::split_with_sizes(projections.view({-1, 3, heads, head_size}), lengths)) {
    // [n, 3, heads, head_size] -> [3, 1, heads, n, head_size]
    const at::Tensor parts = sequence.permute({1, 2, 0, 3}).unsqueeze(1);
    const at::Tensor context = at::scaled_dot_product_attention(
        parts[0], parts[1], parts[2], /*attn_mask=*/{}, /*dropout_p=*/0, /*is_causal=*/false,
        /*scale=*/std::numbers::ln2);  // queries are scaled already, for a softmax in base 2
    contexts.push_back(context.squeeze(0).transpose(0, 1).flatten(1));
  }
  return at::cat(contexts);
}

}  // namespace quartet
