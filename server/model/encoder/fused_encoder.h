// The fused encoder: a BERT of post-norm layers on ragged rows, products in int8, bfloat16 or
// float32, float32 between.
#ifndef QUARTET_MODEL_ENCODER_FUSED_ENCODER_H_
#define QUARTET_MODEL_ENCODER_FUSED_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/encoder/encoder_state.h"
#include "model/encoder/fused_linear.h"
#include "model/encoder/rendezvous.h"
#include "model/encoder/workspace.h"

namespace quartet {

// Tokens of all sequences, one after another, without padding.
struct RaggedBatch {
  std::span<const std::int64_t> token_ids;         // each below vocab_size
  std::span<const std::int64_t> sequence_lengths;  // 1..max_sequence_length, summing up to the ids
};

// Immutable: any number of threads may use one, each forward with buffers of its own.
//
// A forward can be shared by threads: rows are dealt out, whatever sequence they belong to, and
// each thread takes its rows through all layers. They meet once a layer, when all keys and values
// of the layer are there. A row's result is the same bits however rows are dealt out.
template <class Linear>  // one of fused_linear.h
class FusedEncoder {
 public:
  // Only where IsSupported(state.shape), with weights of the linear's type.
  explicit FusedEncoder(EncoderState state);

  static bool IsSupported(const EncoderShape& shape);

  const EncoderShape& shape() const { return state_.shape; }

  // Compiles for the calling thread what its first forward would else compile.
  void WarmUpThread() const;

  // One thread's part: takes the rows [begin, end) through all layers. Afterwards they are in
  // shared.rows. Every party of `others` must call it with the same batch and shared buffers.
  void EncodeRows(const RaggedBatch& batch, std::size_t begin, std::size_t end,
                  const RowBuffers<Linear>& shared, const TileBuffers<Linear>& own,
                  Rendezvous& others) const;

  // vectors[sequences, hidden] from the encoded rows of all.
  void Pool(const RaggedBatch& batch, const RowBuffers<Linear>& shared, float* vectors) const;

 private:
  using Types = typename Linear::Types;
  using Kernels = RowKernels<typename Linear::Isa>;

  struct Layer {
    Layer(const PackedLayer& packed, const EncoderShape& shape);

    Linear query_key_value;
    Linear attention_output;
    NormFactors attention_norm;
    Linear intermediate;
    Linear output;
    NormFactors output_norm;
  };

  void Embed(const RaggedBatch& batch, std::size_t begin, std::size_t end,
             const RowBuffers<Linear>& shared) const;
  void AttendRows(const RaggedBatch& batch, std::size_t begin, std::size_t end, float* projections,
                  const TileBuffers<Linear>& own) const;
  // From a tile's attention contexts to the layer's output, in shared.rows and shared.quantized.
  void FinishLayer(const Layer& layer, std::size_t first, std::size_t rows,
                   const float* projections, const RowBuffers<Linear>& shared,
                   const TileBuffers<Linear>& own) const;

  EncoderState state_;
  std::vector<Layer> layers_;
};

extern template class FusedEncoder<Int8Linear>;
extern template class FusedEncoder<WideLinear>;
extern template class FusedEncoder<HalfLinear>;
extern template class FusedEncoder<FloatLinear>;

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_FUSED_ENCODER_H_
