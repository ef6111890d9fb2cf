// Rows and embeddings in float32. Compiled for AVX2 only, see FloatTypes.
#include "model/encoder/kernels/vector.h"

namespace quartet {

template <class Isa>
void RowKernels<Isa>::ConvertRows(const float* rows, std::size_t count, std::size_t columns,
                                  std::size_t stride, const FloatRows& out) {
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t column = 0; column < columns; column += kLanes) {
      Store(out.values + row * columns + column, Load(rows + row * stride + column));
    }
  }
}

template <class Isa>
void RowKernels<Isa>::EmbedRow(const FloatTable& table, std::size_t token, const float* position,
                               std::size_t columns, float* row) {
  for (std::size_t column = 0; column < columns; column += kLanes) {
    Store(row + column, Load(table.values + token * columns + column) + Load(position + column));
  }
}

template void RowKernels<ThisIsa>::ConvertRows(const float* rows, std::size_t count,
                                               std::size_t columns, std::size_t stride,
                                               const FloatRows& out);
template void RowKernels<ThisIsa>::EmbedRow(const FloatTable& table, std::size_t token,
                                            const float* position, std::size_t columns, float* row);

}  // namespace quartet
