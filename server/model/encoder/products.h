// Products of rows with packed weights: by libtorch's oneDNN micro-kernels where the CPU has
// AVX-512, else by loops of ours.
#ifndef QUARTET_MODEL_ENCODER_PRODUCTS_H_
#define QUARTET_MODEL_ENCODER_PRODUCTS_H_

#include <cstddef>
#include <cstdint>
#include <limits>

#include "model/encoder/instruction_set.h"

namespace quartet {

// Rows of one product at most. A kernel is compiled (70 us, 20 kB) for each number of rows and
// depth, in each thread: this bounds them.
inline constexpr std::size_t kTileRows = 32;

// The types of a product, and the instruction set of what is done before and after it. kPack:
// weights of one column that lie together. kMaxDepth: the deepest product whose sums can't leave
// their type.

// Unsigned 8-bit rows with signed 8-bit weights, exact.
struct Int8Types {
  using Isa = Avx512;
  using Left = Isa::Step;
  using Weight = std::int8_t;
  using Product = std::int32_t;
  static constexpr std::size_t kPack = 4;
  static constexpr std::size_t kMaxDepth = 65'792;  // * 255 * 128 < 2^31
};
// 16-bit rows, of which 12 bits are used, with the same weights, exact.
struct WideTypes {
  using Isa = Avx2;
  using Left = Isa::Step;
  using Weight = std::int8_t;
  using Product = std::int32_t;
  static constexpr std::size_t kPack = 4;
  static constexpr std::size_t kMaxDepth = 4096;  // * 4095 * 128 < 2^31
};
// bfloat16 (the bits of it) with sums in float32.
struct HalfTypes {
  using Isa = Avx512;
  using Left = std::uint16_t;
  using Weight = std::uint16_t;
  using Product = float;
  static constexpr std::size_t kPack = 2;
  static constexpr std::size_t kMaxDepth = std::numeric_limits<std::size_t>::max();
};
// float32. The loops between the products need no more than AVX2: they are a small part of a float
// forward.
struct FloatTypes {
  using Isa = Avx2;
  using Left = float;
  using Weight = float;
  using Product = float;
  static constexpr std::size_t kPack = 1;
  static constexpr std::size_t kMaxDepth = std::numeric_limits<std::size_t>::max();
};

// products[rows, kBlockColumns] = left[rows, depth] x block. `block` holds kBlockColumns columns of
// weights as [depth / kPack][kBlockColumns][kPack]. 1 <= rows <= kTileRows.
void MultiplyBlock(std::size_t rows, std::size_t depth, const std::uint8_t* left,
                   const std::int8_t* block, std::int32_t* products);
void MultiplyBlock(std::size_t rows, std::size_t depth, const std::int16_t* left,
                   const std::int8_t* block, std::int32_t* products);
void MultiplyBlock(std::size_t rows, std::size_t depth, const std::uint16_t* left,
                   const std::uint16_t* block, float* products);
void MultiplyBlock(std::size_t rows, std::size_t depth, const float* left, const float* block,
                   float* products);

// The last one as it is without AVX-512; that with it calls libtorch.
void MultiplyBlockOnAvx2(std::size_t rows, std::size_t depth, const float* left, const float* block,
                         float* products);

// Compiles every kernel of this depth for the calling thread.
template <class Types>
void CompileProducts(std::size_t depth);

// Whether this CPU has such kernels and they are right, judged by a product with known result.
// (Some operand types run on CPUs without the instruction and give wrong numbers.)
template <class Types>
bool ProductsRun();

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_PRODUCTS_H_
