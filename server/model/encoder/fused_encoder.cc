#include "model/encoder/fused_encoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "model/encoder/position_counter.h"
#include "model/encoder/products.h"
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

template <class Linear>
FusedEncoder<Linear>::Layer::Layer(const PackedLayer& packed, const EncoderShape& shape)
    : query_key_value(packed.query_key_value),
      attention_output(packed.attention_output),
      attention_norm(Factors(packed.attention_norm, shape.layer_norm_eps)),
      intermediate(packed.intermediate),
      output(packed.output),
      output_norm(Factors(packed.output_norm, shape.layer_norm_eps)) {}

template <class Linear>
FusedEncoder<Linear>::FusedEncoder(EncoderState state) : state_(std::move(state)) {
  for (const PackedLayer& layer : state_.layers) layers_.emplace_back(layer, state_.shape);
}

template <class Linear>
bool FusedEncoder<Linear>::IsSupported(const EncoderShape& shape) {
  const std::size_t depth = std::max(shape.hidden_size, shape.intermediate_size);
  return depth <= Types::kMaxDepth && ProductsRun<Types>();
}

template <class Linear>
void FusedEncoder<Linear>::WarmUpThread() const {
  CompileProducts<Types>(state_.shape.hidden_size);
  CompileProducts<Types>(state_.shape.intermediate_size);
}

template <class Linear>
void FusedEncoder<Linear>::EncodeRows(const RaggedBatch& batch, std::size_t begin, std::size_t end,
                                      const RowBuffers<Linear>& shared,
                                      const TileBuffers<Linear>& own, Rendezvous& others) const {
  const std::size_t width = 3 * state_.shape.hidden_size;
  Embed(batch, begin, end, shared);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    float* projections = shared.projections[i % 2].get();
    ForEachTile(begin, end, [&](std::size_t first, std::size_t rows) {
      layer.query_key_value.ForEachBlock(shared.quantized.From(first), rows, own.products.get(),
                                         [&](const auto& block, std::size_t column) {
                                           Kernels::StoreBlock(
                                               block, projections + first * width + column, width);
                                         });
    });
    others.Meet();
    AttendRows(batch, begin, end, projections, own);
    ForEachTile(begin, end, [&](std::size_t first, std::size_t rows) {
      FinishLayer(layer, first, rows, projections, shared, own);
    });
  }
}

template <class Linear>
void FusedEncoder<Linear>::Embed(const RaggedBatch& batch, std::size_t begin, std::size_t end,
                                 const RowBuffers<Linear>& shared) const {
  const std::size_t hidden = state_.shape.hidden_size;
  const NormFactors norm = Factors(state_.embedding_norm, state_.shape.layer_norm_eps);
  const typename Linear::Table table = Linear::TableOf(state_);
  const auto* positions = state_.position_embedding.const_data_ptr<float>();
  std::size_t start = 0;  // of the sequence
  for (const std::int64_t length : batch.sequence_lengths) {
    const std::size_t stop = start + static_cast<std::size_t>(length);
    PositionCounter counter(state_.shape.padding_id);
    for (std::size_t row = start; row < std::min(stop, end); ++row) {
      const std::size_t position = counter.Next(batch.token_ids[row]);
      if (row < begin) continue;
      const auto token = static_cast<std::size_t>(batch.token_ids[row]);
      float* to = shared.rows.get() + row * hidden;
      Kernels::EmbedRow(table, token, positions + position * hidden, hidden, to);
      Kernels::NormalizeRow(to, hidden, norm);
      Kernels::ConvertRows(to, 1, hidden, hidden, shared.quantized.From(row));
    }
    start = stop;
  }
}

template <class Linear>
void FusedEncoder<Linear>::AttendRows(const RaggedBatch& batch, std::size_t begin, std::size_t end,
                                      float* projections, const TileBuffers<Linear>& own) const {
  const EncoderShape& shape = state_.shape;
  const std::size_t hidden = shape.hidden_size;
  const std::size_t width = 3 * hidden;
  std::size_t start = 0;  // of the sequence
  for (const std::int64_t length : batch.sequence_lengths) {
    const auto keys = static_cast<std::size_t>(length);
    const std::size_t first = std::max(start, begin);
    const std::size_t last = std::min(start + keys, end);
    for (std::size_t h = 0; first < last && h < shape.num_attention_heads; ++h) {
      const Head head{own.transposed_keys.get(), own.values.get(), keys, shape.head_size()};
      float* queries = projections + start * width + h * shape.head_size();
      Kernels::PackHead(queries + hidden, queries + 2 * hidden, width, head);
      Kernels::Attend(head, queries + (first - start) * width, width, last - first,
                      own.scores.get());
    }
    start += keys;
  }
}

template <class Linear>
void FusedEncoder<Linear>::FinishLayer(const Layer& layer, std::size_t first, std::size_t rows,
                                       const float* projections, const RowBuffers<Linear>& shared,
                                       const TileBuffers<Linear>& own) const {
  const std::size_t hidden = state_.shape.hidden_size;
  const std::size_t wide = state_.shape.intermediate_size;
  float* stream = shared.rows.get() + first * hidden;
  const typename Linear::Rows quantized = shared.quantized.From(first);
  const auto add = [&](const auto& block, std::size_t column) {
    Kernels::AddBlock(block, stream + column, hidden);
  };
  const auto normalize = [&](const NormFactors& norm) {
    for (std::size_t row = 0; row < rows; ++row)
      Kernels::NormalizeRow(stream + row * hidden, hidden, norm);
    Kernels::ConvertRows(stream, rows, hidden, hidden, quantized);
  };

  // Attend has put the contexts in the places of the queries.
  Kernels::ConvertRows(projections + first * 3 * hidden, rows, hidden, 3 * hidden,
                       own.contexts.From(0));
  layer.attention_output.ForEachBlock(own.contexts.From(0), rows, own.products.get(), add);
  normalize(layer.attention_norm);

  float* largest = own.intermediate_max.get();
  std::fill_n(largest, rows * kMostLanes, std::numeric_limits<float>::lowest());
  layer.intermediate.ForEachBlock(
      quantized, rows, own.products.get(), [&](const auto& block, std::size_t column) {
        Kernels::GeluBlock(block, own.intermediate.get() + column, wide, largest);
      });
  Kernels::ConvertGelu(own.intermediate.get(), rows, wide, largest,
                       own.quantized_intermediate.From(0));
  layer.output.ForEachBlock(own.quantized_intermediate.From(0), rows, own.products.get(), add);
  normalize(layer.output_norm);
}

template <class Linear>
void FusedEncoder<Linear>::Pool(const RaggedBatch& batch, const RowBuffers<Linear>& shared,
                                float* vectors) const {
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

template class FusedEncoder<Int8Linear>;
template class FusedEncoder<WideLinear>;
template class FusedEncoder<HalfLinear>;
template class FusedEncoder<FloatLinear>;

}  // namespace quartet
