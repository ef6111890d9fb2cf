// The ends of a linear whose sums are float32.
#include "model/encoder/kernels/block_outputs.h"
#include "model/encoder/kernels/gelu.h"

namespace quartet {

template <class Isa>
void RowKernels<Isa>::StoreBlock(const FloatBlock& block, float* out, std::size_t stride) {
  StoreOutputs(block, out, stride);
}

template <class Isa>
void RowKernels<Isa>::AddBlock(const FloatBlock& block, float* out, std::size_t stride) {
  AddOutputs(block, out, stride);
}

template <class Isa>
void RowKernels<Isa>::GeluBlock(const FloatBlock& block, float* out, std::size_t stride,
                                float* /*row_max*/) {
  ForEachRow(block, [&](std::size_t row, const Floats(&outputs)[kBlockVectors]) {
    Floats gelus[kBlockVectors];
    Gelu<FinePhi>(outputs, gelus);
    for (std::size_t v = 0; v < kBlockVectors; ++v) {
      Store(out + row * stride + v * kLanes, gelus[v]);
    }
  });
}

template void RowKernels<ThisIsa>::StoreBlock(const FloatBlock& block, float* out,
                                              std::size_t stride);
template void RowKernels<ThisIsa>::AddBlock(const FloatBlock& block, float* out,
                                            std::size_t stride);
template void RowKernels<ThisIsa>::GeluBlock(const FloatBlock& block, float* out,
                                             std::size_t stride, float* row_max);

}  // namespace quartet
