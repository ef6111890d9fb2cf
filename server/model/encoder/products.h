// Products of rows with packed weights, by libtorch's oneDNN micro-kernels.
#ifndef QUARTET_MODEL_ENCODER_PRODUCTS_H_
#define QUARTET_MODEL_ENCODER_PRODUCTS_H_

#include <cstddef>
#include <cstdint>

namespace quartet {

// Rows of one product at most. A kernel is compiled (70 us, 20 kB) for each number of rows and
// depth, in each thread: this bounds them.
inline constexpr std::size_t kTileRows = 32;

// The types of a product: unsigned 8-bit rows with signed 8-bit weights, exact; or bfloat16 (the
// bits of it) with sums in float32. kPack: weights of one column that lie together.
struct Int8Types {
  using Left = std::uint8_t;
  using Weight = std::int8_t;
  using Product = std::int32_t;
  static constexpr std::size_t kPack = 4;
};
struct HalfTypes {
  using Left = std::uint16_t;
  using Weight = std::uint16_t;
  using Product = float;
  static constexpr std::size_t kPack = 2;
};

// products[rows, kBlockColumns] = left[rows, depth] x block. `block` holds kBlockColumns columns of
// weights as [depth / kPack][kBlockColumns][kPack]. 1 <= rows <= kTileRows.
void MultiplyBlock(std::size_t rows, std::size_t depth, const std::uint8_t* left,
                   const std::int8_t* block, std::int32_t* products);
void MultiplyBlock(std::size_t rows, std::size_t depth, const std::uint16_t* left,
                   const std::uint16_t* block, float* products);

// Compiles every kernel of this depth for the calling thread.
template <class Types>
void CompileProducts(std::size_t depth);

// Whether this CPU has such kernels and they are right, judged by a product with known result.
// (Some operand types run on CPUs without the instruction and give wrong numbers.)
template <class Types>
bool ProductsRun();

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_PRODUCTS_H_
