// Products of unsigned 8-bit rows with packed signed 8-bit weights, by libtorch's oneDNN
// micro-kernels.
#ifndef QUARTET_MODEL_ENCODER_INT8_PRODUCTS_H_
#define QUARTET_MODEL_ENCODER_INT8_PRODUCTS_H_

#include <cstddef>
#include <cstdint>

namespace quartet {

// Rows of one product at most. A kernel is compiled (70 us, 20 kB) for each number of rows and
// depth, in each thread: this bounds them.
inline constexpr std::size_t kTileRows = 32;

// products[rows, kBlockColumns] = left[rows, depth] x block. `block` holds kBlockColumns columns of
// weights as [depth / 4][kBlockColumns][4]. 1 <= rows <= kTileRows.
void MultiplyBlock(std::size_t rows, std::size_t depth, const std::uint8_t* left,
                   const std::int8_t* block, std::int32_t* products);

// Compiles every kernel of this depth for the calling thread.
void CompileProducts(std::size_t depth);

// Whether this CPU has such kernels and they are right, judged by a product with known result.
// (Some operand types run on CPUs without the instruction and give wrong numbers.)
bool ProductsRun();

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_INT8_PRODUCTS_H_
