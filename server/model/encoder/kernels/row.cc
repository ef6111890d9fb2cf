// One row at a time: embeddings and layer normalisation.
#include <cmath>

#include "model/encoder/kernels/vector.h"

namespace quartet {

template <class Isa>
void RowKernels<Isa>::EmbedRow(const Int8Table& table, std::size_t token, const float* position,
                               std::size_t columns, float* row) {
  const std::int8_t* values = table.values + token * columns;
  const Floats scale = Fill(table.scale[token]);
  for (std::size_t column = 0; column < columns; column += kLanes) {
    Store(row + column, FromInts(values + column) * scale + Load(position + column));
  }
}

template <class Isa>
void RowKernels<Isa>::NormalizeRow(float* row, std::size_t columns, const NormFactors& norm) {
  Floats sum = Fill(0);
  for (std::size_t column = 0; column < columns; column += kLanes) sum += Load(row + column);
  const auto size = static_cast<float>(columns);
  const Floats mean = Fill(Sum(sum) / size);

  Floats squares = Fill(0);
  for (std::size_t column = 0; column < columns; column += kLanes) {
    const Floats centred = Load(row + column) - mean;
    squares += centred * centred;
  }
  const Floats factor = Fill(1.0F / std::sqrt(Sum(squares) / size + norm.epsilon));
  for (std::size_t column = 0; column < columns; column += kLanes) {
    const Floats centred = Load(row + column) - mean;
    Store(row + column, centred * factor * Load(norm.weight + column) + Load(norm.bias + column));
  }
}

template void RowKernels<ThisIsa>::EmbedRow(const Int8Table& table, std::size_t token,
                                            const float* position, std::size_t columns, float* row);
template void RowKernels<ThisIsa>::NormalizeRow(float* row, std::size_t columns,
                                                const NormFactors& norm);

}  // namespace quartet
