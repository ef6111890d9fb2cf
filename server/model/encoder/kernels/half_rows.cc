// Rows and embeddings in bfloat16. Compiled for AVX-512 only, as its products are.
#include "model/encoder/kernels/vector.h"

namespace quartet {

template <class Isa>
void RowKernels<Isa>::ConvertRows(const float* rows, std::size_t count, std::size_t columns,
                                  std::size_t stride, const HalfRows& out) {
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t column = 0; column < columns; column += kLanes) {
      StoreHalves(out.values + row * columns + column, Load(rows + row * stride + column));
    }
  }
}

template <class Isa>
void RowKernels<Isa>::EmbedRow(const HalfTable& table, std::size_t token, const float* position,
                               std::size_t columns, float* row) {
  for (std::size_t column = 0; column < columns; column += kLanes) {
    Store(row + column,
          LoadHalves(table.values + token * columns + column) + Load(position + column));
  }
}

template void RowKernels<ThisIsa>::ConvertRows(const float* rows, std::size_t count,
                                               std::size_t columns, std::size_t stride,
                                               const HalfRows& out);
template void RowKernels<ThisIsa>::EmbedRow(const HalfTable& table, std::size_t token,
                                            const float* position, std::size_t columns, float* row);

}  // namespace quartet
