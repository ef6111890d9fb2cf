// What an encoder does to rows between its matrix products. The loops are compiled for AVX-512
// (F, BW, DQ, VL), everything else of the server is not: call them only where RowKernelsRun().
//
// All are pure functions on plain memory, safe to call from several threads on different rows. A
// row's result does not depend on which rows are given with it, bit by bit.
#ifndef QUARTET_MODEL_ENCODER_ROW_KERNELS_H_
#define QUARTET_MODEL_ENCODER_ROW_KERNELS_H_

#include <cstddef>
#include <cstdint>

namespace quartet {

// A product's columns come in blocks of this many, and sizes of a model are multiples of it.
inline constexpr std::size_t kBlockColumns = 64;

// Whether this CPU has the instructions.
bool RowKernelsRun();

// Rows as a product's left side, each with a scale of its own ("per token"):
// value = low[row] + scale[row] * quantized[row][column].
struct QuantizedRows {
  std::uint8_t* values = nullptr;  // [rows, columns]
  float* scale = nullptr;          // [rows]
  float* low = nullptr;            // [rows]

  QuantizedRows From(std::size_t row, std::size_t columns) const {
    return {values + row * columns, scale + row, low + row};
  }
};

// The same in bfloat16: rounded to the nearest, nothing else. Values are the bits.
struct HalfRows {
  std::uint16_t* values = nullptr;  // [rows, columns]

  HalfRows From(std::size_t row, std::size_t columns) const { return {values + row * columns}; }
};

// What turns the integer products of quantized rows and a linear's int8 weights into its output:
// product * row.scale * scale + row.low * sum + bias, with scale of the column's weights and
// sum = scale * (sum of the column's int8 weights). Each [columns].
struct ColumnFactors {
  const float* scale;
  const float* sum;
  const float* bias;

  ColumnFactors From(std::size_t column) const {
    return {scale + column, sum + column, bias + column};
  }
};

// The products of `rows` rows and one block, [rows, kBlockColumns], and what they were made from.
struct Int8Block {
  const std::int32_t* products;
  std::size_t rows;
  QuantizedRows left;
  ColumnFactors columns;
};

// The same of bfloat16 rows and weights. Outputs are product + bias.
struct HalfBlock {
  const float* products;
  std::size_t rows;
  const float* bias;  // [kBlockColumns]
};

// out[row * stride + column] = the linear's output.
void StoreBlock(const Int8Block& block, float* out, std::size_t stride);
void StoreBlock(const HalfBlock& block, float* out, std::size_t stride);

// The same, added to what is there (the residual).
void AddBlock(const Int8Block& block, float* out, std::size_t stride);
void AddBlock(const HalfBlock& block, float* out, std::size_t stride);

// GELU of the linear's output; in int8 row_max[row * 16 + lane] becomes the maximum of what it was
// and of the row's new values. GELU as it is defined, x * Phi(x), within 1.9e-4.
void GeluBlock(const Int8Block& block, float* out, std::size_t stride, float* row_max);
void GeluBlock(const HalfBlock& block, float* out, std::size_t stride, float* row_max);

// Makes rows a product's left side. Rows are `stride` apart. In int8 each is quantized over its own
// range; rows of equal values are exact.
void ConvertRows(const float* rows, std::size_t count, std::size_t columns, std::size_t stride,
                 const QuantizedRows& out);
void ConvertRows(const float* rows, std::size_t count, std::size_t columns, std::size_t stride,
                 const HalfRows& out);

// The same of outputs of GeluBlock, [count, columns], with the row_max that it left.
void ConvertGelu(const float* rows, std::size_t count, std::size_t columns, const float* row_max,
                 const QuantizedRows& out);
void ConvertGelu(const float* rows, std::size_t count, std::size_t columns, const float* row_max,
                 const HalfRows& out);

struct NormFactors {
  const float* weight;  // [columns]
  const float* bias;    // [columns]
  float epsilon;
};

// Layer normalisation in place.
void NormalizeRow(float* row, std::size_t columns, const NormFactors& norm);

// The embeddings of tokens, [tokens, columns].
struct Int8Table {
  const std::int8_t* values;
  const float* scale;  // [tokens]
};
struct HalfTable {
  const std::uint16_t* values;
};

// row = embedding of the token + position: their sum before the layer normalisation.
void EmbedRow(const Int8Table& table, std::size_t token, const float* position, std::size_t columns,
              float* row);
void EmbedRow(const HalfTable& table, std::size_t token, const float* position, std::size_t columns,
              float* row);

// --- Attention of one head within one sequence
// ----------------------------------------------------

// Keys one after another in memory, as the scores want them: out[dimension][key], with the keys
// padded by zeros to a multiple of 16 (PaddedKeys).
std::size_t PaddedKeys(std::size_t keys);
void TransposeKeys(const float* keys, std::size_t stride, std::size_t count, std::size_t head_size,
                   float* out);

struct Head {
  const float* transposed_keys;  // [head_size, PaddedKeys(keys)]
  const float* values;           // [keys], `stride` apart
  std::size_t keys;
  std::size_t head_size;  // a multiple of 32
  std::size_t stride;     // of queries and values, in floats
};

// Attention of `count` queries, `head.stride` apart, each replaced by its context vector:
// softmax in base 2, so queries come multiplied by log2(e) / sqrt(head_size).
// `scores`: scratch of kQueriesAtOnce * PaddedKeys(keys) floats.
inline constexpr std::size_t kQueriesAtOnce = 4;
void Attend(const Head& head, float* queries, std::size_t count, float* scores);

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_ROW_KERNELS_H_
