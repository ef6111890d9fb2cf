// From the products of a block to a linear's outputs, and the ends that linears of all kinds have.
#ifndef QUARTET_MODEL_ENCODER_KERNELS_BLOCK_OUTPUTS_H_
#define QUARTET_MODEL_ENCODER_KERNELS_BLOCK_OUTPUTS_H_

#include "model/encoder/kernels/vector.h"

namespace quartet {
namespace {  // NOLINT(google-build-namespaces): as in vector.h

inline constexpr std::size_t kBlockVectors = kBlockColumns / kLanes;

// Calls use(row, outputs) for the 64 outputs of each row of the block.
template <class Use>
inline void ForEachRow(const IntegerBlock& block, const Use& use) {
  Floats scale[kBlockVectors];
  Floats sum[kBlockVectors];
  Floats bias[kBlockVectors];
  for (std::size_t v = 0; v < kBlockVectors; ++v) {
    scale[v] = Load(block.columns.scale + v * kLanes);
    sum[v] = Load(block.columns.sum + v * kLanes);
    bias[v] = Load(block.columns.bias + v * kLanes);
  }
  for (std::size_t row = 0; row < block.rows; ++row) {
    const std::int32_t* products = block.products + row * kBlockColumns;
    const Floats row_scale = Fill(block.row_scale[row]);
    const Floats low = Fill(block.row_low[row]);
    Floats outputs[kBlockVectors];
    for (std::size_t v = 0; v < kBlockVectors; ++v) {
      const Floats product = FromInts(products + v * kLanes) * row_scale;
      outputs[v] = product * scale[v] + (low * sum[v] + bias[v]);
    }
    use(row, outputs);
  }
}

template <class Use>
inline void ForEachRow(const FloatBlock& block, const Use& use) {
  for (std::size_t row = 0; row < block.rows; ++row) {
    const float* products = block.products + row * kBlockColumns;
    Floats outputs[kBlockVectors];
    for (std::size_t v = 0; v < kBlockVectors; ++v) {
      outputs[v] = Load(products + v * kLanes) + Load(block.bias + v * kLanes);
    }
    use(row, outputs);
  }
}

template <class Block>
inline void StoreOutputs(const Block& block, float* out, std::size_t stride) {
  ForEachRow(block, [&](std::size_t row, const Floats(&outputs)[kBlockVectors]) {
    for (std::size_t v = 0; v < kBlockVectors; ++v) {
      Store(out + row * stride + v * kLanes, outputs[v]);
    }
  });
}

template <class Block>
inline void AddOutputs(const Block& block, float* out, std::size_t stride) {
  ForEachRow(block, [&](std::size_t row, const Floats(&outputs)[kBlockVectors]) {
    for (std::size_t v = 0; v < kBlockVectors; ++v) {
      float* place = out + row * stride + v * kLanes;
      Store(place, Load(place) + outputs[v]);
    }
  });
}

}  // namespace
}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_KERNELS_BLOCK_OUTPUTS_H_
