// One row at a time: embeddings and layer normalisation.
#include <cmath>

#include "model/encoder/avx512/vector.h"
#include "model/encoder/row_kernels.h"

namespace quartet {

void EmbedRow(const HalfTable& table, std::size_t token, const float* position, std::size_t columns,
              float* row) {
  for (std::size_t column = 0; column < columns; column += kLanes) {
    Store(row + column,
          LoadHalves(table.values + token * columns + column) + Load(position + column));
  }
}

void EmbedRow(const Int8Table& table, std::size_t token, const float* position, std::size_t columns,
              float* row) {
  const std::int8_t* values = table.values + token * columns;
  const Floats scale = Fill(table.scale[token]);
  for (std::size_t column = 0; column < columns; column += kLanes) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(values + column));
    const Floats embedding = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes)) * scale;
    Store(row + column, embedding + Load(position + column));
  }
}

void NormalizeRow(float* row, std::size_t columns, const NormFactors& norm) {
  Floats sum = _mm512_setzero_ps();
  for (std::size_t column = 0; column < columns; column += kLanes) sum += Load(row + column);
  const auto size = static_cast<float>(columns);
  const Floats mean = Fill(Sum(sum) / size);

  Floats squares = _mm512_setzero_ps();
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

}  // namespace quartet
