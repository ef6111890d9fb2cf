#include "model/encoder/int8_encoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "model/encoder/int8_products.h"
#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {

NormFactors Factors(const NormWeights& norm, float epsilon) {
  return {norm.weight.const_data_ptr<float>(), norm.bias.const_data_ptr<float>(), epsilon};
}

// Calls use(first, rows) for tiles of about equal size.
template <class Use>
void ForEachTile(std::size_t begin, std::size_t end, const Use& use) {
  std::size_t tiles = (end - begin + kTileRows - 1) / kTileRows;
  for (; tiles > 0; --tiles) {
    const std::size_t rows = (end - begin + tiles - 1) / tiles;
    use(begin, rows);
    begin += rows;
  }
}

}  // namespace

// The first `scaled_outputs` outputs come multiplied by `factor`.
Int8Encoder::Linear::Linear(const PackedLinear& packed, std::size_t scaled_outputs, float factor)
    : weight(packed.weight.const_data_ptr<std::int8_t>()),
      inputs(static_cast<std::size_t>(packed.weight.size(1) * packed.weight.size(3))),
      outputs(static_cast<std::size_t>(packed.scale.numel())),
      scale(packed.scale.const_data_ptr<float>(), packed.scale.const_data_ptr<float>() + outputs),
      sum(outputs),
      bias(packed.bias.const_data_ptr<float>(), packed.bias.const_data_ptr<float>() + outputs) {
  constexpr std::size_t kPack = 4;
  for (std::size_t column = 0; column < outputs; ++column) {
    const std::int8_t* values =
        weight + column / kBlockColumns * kBlockColumns * inputs + column % kBlockColumns * kPack;
    std::int32_t total = 0;
    for (std::size_t input = 0; input < inputs; ++input) {
      total += values[input / kPack * kBlockColumns * kPack + input % kPack];
    }
    if (column < scaled_outputs) {
      scale[column] *= factor;
      bias[column] *= factor;
    }
    sum[column] = scale[column] * static_cast<float>(total);
  }
}

template <class Use>
void Int8Encoder::Linear::ForEachBlock(const QuantizedRows& left, std::size_t rows,
                                       const TileBuffers& own, const Use& use) const {
  const ColumnFactors factors{scale.data(), sum.data(), bias.data()};
  std::int32_t* products = own.products.get();
  for (std::size_t column = 0; column < outputs; column += kBlockColumns) {
    MultiplyBlock(rows, inputs, left.values, weight + column * inputs, products);
    use(ProductBlock{products, rows, left, factors.From(column)}, column);
  }
}

Int8Encoder::Layer::Layer(const PackedLayer& packed, const EncoderShape& shape)
    // Scores are exponents of 2 then, see Attend.
    : query_key_value(
          packed.query_key_value, shape.hidden_size,
          std::numbers::log2e_v<float> / std::sqrt(static_cast<float>(shape.head_size()))),
      attention_output(packed.attention_output, 0, 1),
      attention_norm(Factors(packed.attention_norm, shape.layer_norm_eps)),
      intermediate(packed.intermediate, 0, 1),
      output(packed.output, 0, 1),
      output_norm(Factors(packed.output_norm, shape.layer_norm_eps)) {}

Int8Encoder::Int8Encoder(EncoderState state) : state_(std::move(state)) {
  for (const PackedLayer& layer : state_.layers) layers_.emplace_back(layer, state_.shape);
}

bool Int8Encoder::IsSupported() { return RowKernelsRun() && ProductsRun(); }

void Int8Encoder::WarmUpThread() const {
  CompileProducts(state_.shape.hidden_size);
  CompileProducts(state_.shape.intermediate_size);
}

void Int8Encoder::EncodeRows(const RaggedBatch& batch, std::size_t begin, std::size_t end,
                             const RowBuffers& shared, const TileBuffers& own,
                             Rendezvous& others) const {
  const std::size_t width = 3 * state_.shape.hidden_size;
  Embed(batch, begin, end, shared);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    float* projections = shared.projections[i % 2].get();
    ForEachTile(begin, end, [&](std::size_t first, std::size_t rows) {
      layer.query_key_value.ForEachBlock(shared.quantized.From(first), rows, own,
                                         [&](const ProductBlock& block, std::size_t column) {
                                           StoreBlock(block, projections + first * width + column,
                                                      width);
                                         });
    });
    others.Meet();
    AttendRows(batch, begin, end, projections, own);
    ForEachTile(begin, end, [&](std::size_t first, std::size_t rows) {
      FinishLayer(layer, first, rows, projections, shared, own);
    });
  }
}

void Int8Encoder::Embed(const RaggedBatch& batch, std::size_t begin, std::size_t end,
                        const RowBuffers& shared) const {
  const std::size_t hidden = state_.shape.hidden_size;
  const NormFactors norm = Factors(state_.embedding_norm, state_.shape.layer_norm_eps);
  const auto* tokens = state_.token_embedding.const_data_ptr<std::int8_t>();
  const auto* scales = state_.token_scale.const_data_ptr<float>();
  const auto* positions = state_.position_embedding.const_data_ptr<float>();
  std::size_t start = 0;  // of the sequence
  for (const std::int64_t length : batch.sequence_lengths) {
    const std::size_t stop = start + static_cast<std::size_t>(length);
    for (std::size_t row = std::max(start, begin); row < std::min(stop, end); ++row) {
      const auto token = static_cast<std::size_t>(batch.token_ids[row]);
      float* to = shared.rows.get() + row * hidden;
      EmbedRow(tokens + token * hidden, scales[token], positions + (row - start) * hidden, hidden,
               to);
      NormalizeRow(to, hidden, norm);
      QuantizeRows(to, 1, hidden, hidden, shared.quantized.From(row));
    }
    start = stop;
  }
}

void Int8Encoder::AttendRows(const RaggedBatch& batch, std::size_t begin, std::size_t end,
                             float* projections, const TileBuffers& own) const {
  const EncoderShape& shape = state_.shape;
  const std::size_t hidden = shape.hidden_size;
  const std::size_t width = 3 * hidden;
  std::size_t start = 0;  // of the sequence
  for (const std::int64_t length : batch.sequence_lengths) {
    const auto keys = static_cast<std::size_t>(length);
    const std::size_t first = std::max(start, begin);
    const std::size_t last = std::min(start + keys, end);
    for (std::size_t h = 0; first < last && h < shape.num_attention_heads; ++h) {
      float* head = projections + start * width + h * shape.head_size();
      TransposeKeys(head + hidden, width, keys, shape.head_size(), own.transposed_keys.get());
      Attend({.transposed_keys = own.transposed_keys.get(),
              .values = head + 2 * hidden,
              .keys = keys,
              .head_size = shape.head_size(),
              .stride = width},
             head + (first - start) * width, last - first, own.scores.get());
    }
    start += keys;
  }
}

void Int8Encoder::FinishLayer(const Layer& layer, std::size_t first, std::size_t rows,
                              const float* projections, const RowBuffers& shared,
                              const TileBuffers& own) const {
  const std::size_t hidden = state_.shape.hidden_size;
  const std::size_t wide = state_.shape.intermediate_size;
  float* stream = shared.rows.get() + first * hidden;
  const QuantizedRows quantized = shared.quantized.From(first);
  const auto add = [&](const ProductBlock& block, std::size_t column) {
    AddBlock(block, stream + column, hidden);
  };
  const auto normalize = [&](const NormFactors& norm) {
    for (std::size_t row = 0; row < rows; ++row) NormalizeRow(stream + row * hidden, hidden, norm);
    QuantizeRows(stream, rows, hidden, hidden, quantized);
  };

  // Attend has put the contexts in the places of the queries.
  QuantizeRows(projections + first * 3 * hidden, rows, hidden, 3 * hidden, own.contexts.From(0));
  layer.attention_output.ForEachBlock(own.contexts.From(0), rows, own, add);
  normalize(layer.attention_norm);

  float* largest = own.intermediate_max.get();
  std::fill_n(largest, rows * 16, std::numeric_limits<float>::lowest());
  layer.intermediate.ForEachBlock(
      quantized, rows, own, [&](const ProductBlock& block, std::size_t column) {
        GeluBlock(block, own.intermediate.get() + column, wide, largest);
      });
  QuantizeGelu(own.intermediate.get(), rows, wide, largest, own.quantized_intermediate.From(0));
  layer.output.ForEachBlock(own.quantized_intermediate.From(0), rows, own, add);
  normalize(layer.output_norm);
}

void Int8Encoder::Pool(const RaggedBatch& batch, const RowBuffers& shared, float* vectors) const {
  const std::size_t hidden = state_.shape.hidden_size;
  const float* row = shared.rows.get();
  for (const std::int64_t length : batch.sequence_lengths) {
    const std::span<float> vector(vectors, hidden);
    std::copy_n(row, hidden, vector.begin());
    if (state_.shape.mean_pooling) {
      for (std::int64_t i = 1; i < length; ++i) {
        for (std::size_t d = 0; d < hidden; ++d) vector[d] += row[i * hidden + d];
      }
      for (float& value : vector) value /= static_cast<float>(length);
    }
    if (state_.shape.normalize) {
      float squares = 0;
      for (const float value : vector) squares += value * value;
      const float norm = std::max(std::sqrt(squares), 1e-12F);  // as torch.nn.functional.normalize
      for (float& value : vector) value /= norm;
    }
    row += length * hidden;
    vectors += hidden;
  }
}

}  // namespace quartet
