// The ends of an integer linear: its products to floats, and rows to the next products' left side.
#include "model/encoder/kernels/block_outputs.h"
#include "model/encoder/kernels/gelu.h"

namespace quartet {
namespace {

// GELU is nowhere lower: its minimum is -0.16997, and ours is within 1.9e-4 of it.
constexpr float kLowestGelu = -0.1705F;
constexpr float kSteps = ThisIsa::kLargestStep;

// A row whose values differ less has one value: kSteps divided by it must be finite.
constexpr float kLeastRange = 1e-34F;

}  // namespace

template <class Isa>
void RowKernels<Isa>::StoreBlock(const IntegerBlock& block, float* out, std::size_t stride) {
  StoreOutputs(block, out, stride);
}

template <class Isa>
void RowKernels<Isa>::AddBlock(const IntegerBlock& block, float* out, std::size_t stride) {
  AddOutputs(block, out, stride);
}

template <class Isa>
void RowKernels<Isa>::GeluBlock(const IntegerBlock& block, float* out, std::size_t stride,
                                float* row_max) {
  ForEachRow(block, [&](std::size_t row, const Floats(&outputs)[kBlockVectors]) {
    Floats gelus[kBlockVectors];
    Gelu<CoarsePhi>(outputs, gelus);
    float* lanes = row_max + row * kMostLanes;
    Floats largest = Load(lanes);
    for (std::size_t v = 0; v < kBlockVectors; ++v) {
      Store(out + row * stride + v * kLanes, gelus[v]);
      largest = Max(largest, gelus[v]);
    }
    Store(lanes, largest);
  });
}

template <class Isa>
void RowKernels<Isa>::ConvertGelu(const float* rows, std::size_t count, std::size_t columns,
                                  const float* row_max, const QuantizedRows<Isa>& out) {
  for (std::size_t row = 0; row < count; ++row) {
    const float range = Largest(Load(row_max + row * kMostLanes)) - kLowestGelu;
    const Floats steps = Fill(kSteps / range);
    const Floats shift = Fill(-kLowestGelu * kSteps / range);
    const float* values = rows + row * columns;
    for (std::size_t column = 0; column < columns; column += kLanes) {
      StoreSteps(out.values + row * columns + column, Load(values + column) * steps + shift);
    }
    out.scale[row] = range / kSteps;
    out.low[row] = kLowestGelu;
  }
}

template <class Isa>
void RowKernels<Isa>::ConvertRows(const float* rows, std::size_t count, std::size_t columns,
                                  std::size_t stride, const QuantizedRows<Isa>& out) {
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
    const Floats steps = Fill(range > kLeastRange ? kSteps / range : 0);
    for (std::size_t column = 0; column < columns; column += kLanes) {
      StoreSteps(out.values + row * columns + column,
                 (Load(values + column) - Fill(lowest)) * steps);
    }
    out.scale[row] = range / kSteps;
    out.low[row] = lowest;
  }
}

template void RowKernels<ThisIsa>::StoreBlock(const IntegerBlock& block, float* out,
                                              std::size_t stride);
template void RowKernels<ThisIsa>::AddBlock(const IntegerBlock& block, float* out,
                                            std::size_t stride);
template void RowKernels<ThisIsa>::GeluBlock(const IntegerBlock& block, float* out,
                                             std::size_t stride, float* row_max);
template void RowKernels<ThisIsa>::ConvertRows(const float* rows, std::size_t count,
                                               std::size_t columns, std::size_t stride,
                                               const QuantizedRows<ThisIsa>& out);
template void RowKernels<ThisIsa>::ConvertGelu(const float* rows, std::size_t count,
                                               std::size_t columns, const float* row_max,
                                               const QuantizedRows<ThisIsa>& out);

}  // namespace quartet
