#include "model/encoder/aten_encoder.h"

#include <ATen/ATen.h>

#include <numbers>

#include "model/encoder/position_counter.h"

namespace quartet {
namespace {

// In float32; a row's scale, where there are scales.
at::Tensor Scaled(const at::Tensor& rows, const at::Tensor& scale) {
  return scale.defined() ? rows * scale.unsqueeze(1) : rows.to(at::kFloat);
}

// What a contiguous int64 tensor holds, which must outlive it.
c10::IntArrayRef Lengths(const at::Tensor& sequence_lengths) {
  return {sequence_lengths.const_data_ptr<std::int64_t>(),
          static_cast<std::size_t>(sequence_lengths.numel())};
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
  const at::Tensor rows = EncodeTokens(token_ids, sequence_lengths);
  std::vector<at::Tensor> vectors;
  for (const at::Tensor& sequence : at::split_with_sizes(rows, Lengths(sequence_lengths))) {
    vectors.push_back(shape_.mean_pooling ? sequence.mean(0) : sequence[0]);
  }
  at::Tensor pooled = at::stack(vectors);
  if (shape_.normalize) pooled = pooled / pooled.norm(2, {1}, true).clamp_min(1e-12);
  return pooled;
}

at::Tensor AtenEncoder::EncodeTokens(const at::Tensor& token_ids,
                                     const at::Tensor& sequence_lengths) const {
  const c10::IntArrayRef lengths = Lengths(sequence_lengths);
  at::Tensor rows = Embed(token_ids, lengths);
  for (const Layer& layer : layers_) {
    const at::Tensor contexts = Attend(layer.query_key_value(rows), lengths);
    rows = Normalize(rows + layer.attention_output(contexts), layer.attention_norm);
    rows = Normalize(rows + layer.output(at::gelu(layer.intermediate(rows))), layer.output_norm);
  }
  return rows;
}

at::Tensor AtenEncoder::Embed(const at::Tensor& token_ids, c10::IntArrayRef lengths) const {
  const std::int64_t* id = token_ids.const_data_ptr<std::int64_t>();
  std::vector<std::int64_t> positions;
  for (const std::int64_t length : lengths) {
    PositionCounter counter(shape_.padding_id);
    for (std::int64_t i = 0; i < length; ++i) {
      positions.push_back(static_cast<std::int64_t>(counter.Next(*id++)));
    }
  }
  const at::Tensor rows =
      Scaled(at::index_select(token_embedding_, 0, token_ids),
             token_scale_.defined() ? at::index_select(token_scale_, 0, token_ids) : at::Tensor());
  return Normalize(
      rows + at::index_select(position_embedding_, 0, at::tensor(positions, at::kLong)),
      embedding_norm_);
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
