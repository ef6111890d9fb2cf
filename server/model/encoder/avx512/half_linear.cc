// The ends of a bfloat16 linear.
#include "model/encoder/avx512/vector.h"
#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {

constexpr std::size_t kVectors = kBlockColumns / kLanes;

// Calls use(row, outputs) for the 64 outputs of each row of the block.
template <class Use>
inline void ForEachRow(const HalfBlock& block, const Use& use) {
  for (std::size_t row = 0; row < block.rows; ++row) {
    Floats outputs[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      outputs[v] =
          Load(block.products + row * kBlockColumns + v * kLanes) + Load(block.bias + v * kLanes);
    }
    use(row, outputs);
  }
}

}  // namespace

void StoreBlock(const HalfBlock& block, float* out, std::size_t stride) {
  ForEachRow(block, [&](std::size_t row, const Floats(&outputs)[kVectors]) {
    for (std::size_t v = 0; v < kVectors; ++v) Store(out + row * stride + v * kLanes, outputs[v]);
  });
}

void AddBlock(const HalfBlock& block, float* out, std::size_t stride) {
  ForEachRow(block, [&](std::size_t row, const Floats(&outputs)[kVectors]) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      float* place = out + row * stride + v * kLanes;
      Store(place, Load(place) + outputs[v]);
    }
  });
}

void GeluBlock(const HalfBlock& block, float* out, std::size_t stride, float* /*row_max*/) {
  ForEachRow(block, [&](std::size_t row, const Floats(&outputs)[kVectors]) {
    Floats gelus[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) gelus[v] = outputs[v];
    Gelu(gelus);
    for (std::size_t v = 0; v < kVectors; ++v) Store(out + row * stride + v * kLanes, gelus[v]);
  });
}

void ConvertRows(const float* rows, std::size_t count, std::size_t columns, std::size_t stride,
                 const HalfRows& out) {
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t column = 0; column < columns; column += kLanes) {
      StoreHalves(out.values + row * columns + column, Load(rows + row * stride + column));
    }
  }
}

void ConvertGelu(const float* rows, std::size_t count, std::size_t columns,
                 const float* /*row_max*/, const HalfRows& out) {
  ConvertRows(rows, count, columns, columns, out);
}

}  // namespace quartet
