// A linear of a fused encoder, block by block of its outputs, in int8 or bfloat16.
#ifndef QUARTET_MODEL_ENCODER_FUSED_LINEAR_H_
#define QUARTET_MODEL_ENCODER_FUSED_LINEAR_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/encoder/encoder_state.h"
#include "model/encoder/products.h"
#include "model/encoder/row_kernels.h"

namespace quartet {

class Int8Linear {
 public:
  using Types = Int8Types;
  using Rows = QuantizedRows;
  using Table = Int8Table;

  // The tensors of `packed` must outlive it.
  explicit Int8Linear(const PackedLinear& packed);

  // The token embeddings of a state with such weights.
  static Table TableOf(const EncoderState& state);

  // use(block, column) for each kBlockColumns outputs of the rows. `products`: scratch of
  // kTileRows * kBlockColumns.
  template <class Use>
  void ForEachBlock(const QuantizedRows& left, std::size_t rows, std::int32_t* products,
                    const Use& use) const {
    const ColumnFactors factors{scale_.data(), sum_.data(), bias_.data()};
    for (std::size_t column = 0; column < scale_.size(); column += kBlockColumns) {
      MultiplyBlock(rows, inputs_, left.values, weight_ + column * inputs_, products);
      use(Int8Block{products, rows, left, factors.From(column)}, column);
    }
  }

 private:
  const std::int8_t* weight_;
  std::size_t inputs_;
  std::vector<float> scale_;  // [outputs], see ColumnFactors
  std::vector<float> sum_;
  std::vector<float> bias_;
};

class HalfLinear {
 public:
  using Types = HalfTypes;
  using Rows = HalfRows;
  using Table = HalfTable;

  explicit HalfLinear(const PackedLinear& packed);

  static Table TableOf(const EncoderState& state);

  template <class Use>
  void ForEachBlock(const HalfRows& left, std::size_t rows, float* products, const Use& use) const {
    for (std::size_t column = 0; column < bias_.size(); column += kBlockColumns) {
      MultiplyBlock(rows, inputs_, left.values, weight_ + column * inputs_, products);
      use(HalfBlock{products, rows, bias_.data() + column}, column);
    }
  }

 private:
  const std::uint16_t* weight_;
  std::size_t inputs_;
  std::vector<float> bias_;  // [outputs]
};

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_FUSED_LINEAR_H_
