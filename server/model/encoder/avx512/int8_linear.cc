// The ends of an int8 linear: integer products to floats, and rows to the next products' left side.
#include "model/encoder/avx512/vector.h"
#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {

constexpr std::size_t kVectors = kBlockColumns / kLanes;

// Calls use(row, outputs) for the 64 outputs of each row of the block.
template <class Use>
inline void ForEachRow(const Int8Block& block, const Use& use) {
  Floats scale[kVectors];
  Floats sum[kVectors];
  Floats bias[kVectors];
  for (std::size_t v = 0; v < kVectors; ++v) {
    scale[v] = Load(block.columns.scale + v * kLanes);
    sum[v] = Load(block.columns.sum + v * kLanes);
    bias[v] = Load(block.columns.bias + v * kLanes);
  }
  for (std::size_t row = 0; row < block.rows; ++row) {
    const std::int32_t* products = block.products + row * kBlockColumns;
    const Floats row_scale = Fill(block.left.scale[row]);
    const Floats low = Fill(block.left.low[row]);
    Floats outputs[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      const Floats product = FromInts(products + v * kLanes) * row_scale;
      outputs[v] = product * scale[v] + (low * sum[v] + bias[v]);
    }
    use(row, outputs);
  }
}

// GELU is nowhere lower: its minimum is -0.16997, and ours is within 1.9e-4 of it.
constexpr float kLowestGelu = -0.1705F;
constexpr float kSteps = 255.0F;

}  // namespace

void StoreBlock(const Int8Block& block, float* out, std::size_t stride) {
  ForEachRow(block, [&](std::size_t row, const Floats(&outputs)[kVectors]) {
    for (std::size_t v = 0; v < kVectors; ++v) Store(out + row * stride + v * kLanes, outputs[v]);
  });
}

void AddBlock(const Int8Block& block, float* out, std::size_t stride) {
  ForEachRow(block, [&](std::size_t row, const Floats(&outputs)[kVectors]) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      float* place = out + row * stride + v * kLanes;
      Store(place, Load(place) + outputs[v]);
    }
  });
}

void GeluBlock(const Int8Block& block, float* out, std::size_t stride, float* row_max) {
  ForEachRow(block, [&](std::size_t row, const Floats(&outputs)[kVectors]) {
    Floats gelus[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) gelus[v] = outputs[v];
    Gelu(gelus);
    Floats largest = Load(row_max + row * kLanes);
    for (std::size_t v = 0; v < kVectors; ++v) {
      Store(out + row * stride + v * kLanes, gelus[v]);
      largest = Max(largest, gelus[v]);
    }
    Store(row_max + row * kLanes, largest);
  });
}

void ConvertGelu(const float* rows, std::size_t count, std::size_t columns, const float* row_max,
                 const QuantizedRows& out) {
  for (std::size_t row = 0; row < count; ++row) {
    const float range = Largest(Load(row_max + row * kLanes)) - kLowestGelu;
    const Floats steps = Fill(kSteps / range);
    const Floats shift = Fill(-kLowestGelu * kSteps / range);
    const float* values = rows + row * columns;
    for (std::size_t column = 0; column < columns; column += kLanes) {
      StoreBytes(out.values + row * columns + column, Load(values + column) * steps + shift);
    }
    out.scale[row] = range / kSteps;
    out.low[row] = kLowestGelu;
  }
}

void ConvertRows(const float* rows, std::size_t count, std::size_t columns, std::size_t stride,
                 const QuantizedRows& out) {
  for (std::size_t row = 0; row < count; ++row) {
    const float* values = rows + row * stride;
    Floats low = Load(values);
    Floats high = low;
    for (std::size_t column = kLanes; column < columns; column += kLanes) {
      const Floats value = Load(values + column);
      low = Min(low, value);
      high = Max(high, value);
    }
    const float lowest = Smallest(low);
    const float range = Largest(high) - lowest;
    const Floats steps = Fill(range > 0 ? kSteps / range : 0);
    for (std::size_t column = 0; column < columns; column += kLanes) {
      StoreBytes(out.values + row * columns + column,
                 (Load(values + column) - Fill(lowest)) * steps);
    }
    out.scale[row] = range / kSteps;
    out.low[row] = lowest;
  }
}

}  // namespace quartet
