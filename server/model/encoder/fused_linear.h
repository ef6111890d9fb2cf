// A linear of a fused encoder, block by block of its outputs.
#ifndef QUARTET_MODEL_ENCODER_FUSED_LINEAR_H_
#define QUARTET_MODEL_ENCODER_FUSED_LINEAR_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/encoder/encoder_state.h"
#include "model/encoder/products.h"
#include "model/encoder/row_kernels.h"

namespace quartet {

// int8 weights and rows that are quantized one by one. ProductTypes: Int8Types or WideTypes.
template <class ProductTypes>
class IntegerLinear {
 public:
  using Types = ProductTypes;
  using Isa = typename Types::Isa;
  using Rows = QuantizedRows<Isa>;
  using Table = Int8Table;

  // The tensors of `packed` must outlive it.
  explicit IntegerLinear(const PackedLinear& packed);

  // The token embeddings of a state with such weights.
  static Table TableOf(const EncoderState& state);

  // use(block, column) for each kBlockColumns outputs of the rows. `products`: scratch of
  // kTileRows * kBlockColumns.
  template <class Use>
  void ForEachBlock(const Rows& left, std::size_t rows, std::int32_t* products,
                    const Use& use) const {
    const ColumnFactors factors{scale_.data(), sum_.data(), bias_.data()};
    for (std::size_t column = 0; column < scale_.size(); column += kBlockColumns) {
      MultiplyBlock(rows, inputs_, left.values, weight_ + column * inputs_, products);
      use(IntegerBlock{products, rows, left.scale, left.low, factors.From(column)}, column);
    }
  }

 private:
  const std::int8_t* weight_;
  std::size_t inputs_;
  std::vector<float> scale_;  // [outputs], see ColumnFactors
  std::vector<float> sum_;
  std::vector<float> bias_;
};

// Weights and rows in bfloat16 or float32. ProductTypes: HalfTypes or FloatTypes.
template <class ProductTypes>
class PlainLinear {
 public:
  using Types = ProductTypes;
  using Isa = typename Types::Isa;
  using Rows = PlainRows<typename Types::Left>;
  using Table = PlainTable<typename Types::Weight>;

  explicit PlainLinear(const PackedLinear& packed);

  static Table TableOf(const EncoderState& state);

  template <class Use>
  void ForEachBlock(const Rows& left, std::size_t rows, float* products, const Use& use) const {
    for (std::size_t column = 0; column < bias_.size(); column += kBlockColumns) {
      MultiplyBlock(rows, inputs_, left.values, weight_ + column * inputs_, products);
      use(FloatBlock{products, rows, bias_.data() + column}, column);
    }
  }

 private:
  const typename Types::Weight* weight_;
  std::size_t inputs_;
  std::vector<float> bias_;  // [outputs]
};

using Int8Linear = IntegerLinear<Int8Types>;
using WideLinear = IntegerLinear<WideTypes>;
using HalfLinear = PlainLinear<HalfTypes>;
using FloatLinear = PlainLinear<FloatTypes>;

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_FUSED_LINEAR_H_
