// What an encoder does to rows between its matrix products. The loops are compiled once for each
// instruction set, everything else of the server is not: call them only where Isa::IsSupported().
//
// All are pure functions on plain memory, safe to call from several threads on different rows. A
// row's result does not depend on which rows are given with it, bit by bit.
#ifndef QUARTET_MODEL_ENCODER_ROW_KERNELS_H_
#define QUARTET_MODEL_ENCODER_ROW_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "model/encoder/instruction_set.h"

namespace quartet {

// A product's columns come in blocks of this many, and sizes of a model are multiples of it.
inline constexpr std::size_t kBlockColumns = 64;

// Lanes of the widest vectors: what is kept for each lane has room for so many.
inline constexpr std::size_t kMostLanes = 16;

// Rows as an integer product's left side, each with a scale of its own ("per token"):
// value = low[row] + scale[row] * steps[row][column].
template <class Isa>
struct QuantizedRows {
  typename Isa::Step* values = nullptr;  // [rows, columns]
  float* scale = nullptr;                // [rows]
  float* low = nullptr;                  // [rows]

  QuantizedRows From(std::size_t row, std::size_t columns) const {
    return {values + row * columns, scale + row, low + row};
  }
};

// The same for sums in float32: floats as they are, or bfloat16 (the bits of it), rounded to the
// nearest.
template <class Value>
struct PlainRows {
  Value* values = nullptr;  // [rows, columns]

  PlainRows From(std::size_t row, std::size_t columns) const { return {values + row * columns}; }
};
using FloatRows = PlainRows<float>;
using HalfRows = PlainRows<std::uint16_t>;

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

// The products of `rows` rows and one block, [rows, kBlockColumns], and what makes a linear's
// outputs of them.
struct IntegerBlock {
  const std::int32_t* products;
  std::size_t rows;
  const float* row_scale;  // [rows], see QuantizedRows
  const float* row_low;    // [rows]
  ColumnFactors columns;
};

// The same of plain rows. Outputs are product + bias.
struct FloatBlock {
  const float* products;
  std::size_t rows;
  const float* bias;  // [kBlockColumns]
};

struct NormFactors {
  const float* weight;  // [columns]
  const float* bias;    // [columns]
  float epsilon;
};

// The embeddings of tokens, [tokens, columns].
struct Int8Table {
  const std::int8_t* values;
  const float* scale;  // [tokens]
};
template <class Value>
struct PlainTable {
  const Value* values;
};
using FloatTable = PlainTable<float>;
using HalfTable = PlainTable<std::uint16_t>;

// One attention head within one sequence, as PackHead leaves it.
struct Head {
  float* transposed_keys;  // [head_size, PaddedKeys(keys)]
  float* values;           // [keys, head_size]
  std::size_t keys;
  std::size_t head_size;  // a multiple of 32
};

// A head's keys, filled up with zeros.
constexpr std::size_t PaddedKeys(std::size_t keys) {
  return (keys + kMostLanes - 1) / kMostLanes * kMostLanes;
}

inline constexpr std::size_t kQueriesAtOnce = 4;

// Functions of HalfRows and HalfTable are there for Avx512 only, those of FloatRows and FloatTable
// for Avx2 only: see HalfTypes and FloatTypes.
template <class Isa>
struct RowKernels {
  // out[row * stride + column] = the linear's output.
  static void StoreBlock(const IntegerBlock& block, float* out, std::size_t stride);
  static void StoreBlock(const FloatBlock& block, float* out, std::size_t stride);

  // The same, added to what is there (the residual).
  static void AddBlock(const IntegerBlock& block, float* out, std::size_t stride);
  static void AddBlock(const FloatBlock& block, float* out, std::size_t stride);

  // GELU of the linear's output as it is defined, x * Phi(x). Integer products: within 1.9e-4, and
  // row_max[row * kMostLanes + lane] becomes the maximum of what it was and of the row's new
  // values. Floats: within 1.5e-6 up to 12, beyond that within 3e-7 of x.
  static void GeluBlock(const IntegerBlock& block, float* out, std::size_t stride, float* row_max);
  static void GeluBlock(const FloatBlock& block, float* out, std::size_t stride, float* row_max);

  // Makes rows a product's left side. Rows are `stride` apart. Quantized, each is so over its own
  // range; rows of equal values are exact.
  static void ConvertRows(const float* rows, std::size_t count, std::size_t columns,
                          std::size_t stride, const QuantizedRows<Isa>& out);
  static void ConvertRows(const float* rows, std::size_t count, std::size_t columns,
                          std::size_t stride, const FloatRows& out);
  static void ConvertRows(const float* rows, std::size_t count, std::size_t columns,
                          std::size_t stride, const HalfRows& out);

  // The same of outputs of GeluBlock, [count, columns], with the row_max that it left.
  static void ConvertGelu(const float* rows, std::size_t count, std::size_t columns,
                          const float* row_max, const QuantizedRows<Isa>& out);
  template <class Value>
  static void ConvertGelu(const float* rows, std::size_t count, std::size_t columns,
                          const float* /*row_max*/, const PlainRows<Value>& out) {
    ConvertRows(rows, count, columns, columns, out);
  }

  // Layer normalisation in place.
  static void NormalizeRow(float* row, std::size_t columns, const NormFactors& norm);

  // row = embedding of the token + position: their sum before the layer normalisation.
  static void EmbedRow(const Int8Table& table, std::size_t token, const float* position,
                       std::size_t columns, float* row);
  static void EmbedRow(const FloatTable& table, std::size_t token, const float* position,
                       std::size_t columns, float* row);
  static void EmbedRow(const HalfTable& table, std::size_t token, const float* position,
                       std::size_t columns, float* row);

  // Fills the head's memory with its keys and values, which come `stride` floats apart: keys as the
  // scores want them, values close together. All queries read both, and rows of projections lie so
  // far apart that each would be a page of its own.
  static void PackHead(const float* keys, const float* values, std::size_t stride,
                       const Head& head);

  // Attention of `count` queries, `stride` apart, each replaced by its context vector: softmax in
  // base 2, so queries come multiplied by log2(e) / sqrt(head_size).
  // `scores`: scratch of kQueriesAtOnce * PaddedKeys(keys) floats.
  static void Attend(const Head& head, float* queries, std::size_t stride, std::size_t count,
                     float* scores);
};

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_ROW_KERNELS_H_
