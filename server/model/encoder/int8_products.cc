#include "model/encoder/int8_products.h"

#include <ATen/native/CPUBlas.h>

#include <exception>
#include <vector>

#include "model/encoder/row_kernels.h"

namespace quartet {

void MultiplyBlock(std::size_t rows, std::size_t depth, const std::uint8_t* left,
                   const std::int8_t* block, std::int32_t* products) {
  const auto columns = static_cast<std::int64_t>(kBlockColumns);
  const auto k = static_cast<std::int64_t>(depth);
  at::native::cpublas::brgemm(static_cast<std::int64_t>(rows), columns, k, /*ld_a=*/k,
                              /*ld_b=*/columns, /*ld_c=*/columns, /*add_C=*/false, left, block,
                              products);
}

void CompileProducts(std::size_t depth) {
  const std::vector<std::uint8_t> left(kTileRows * depth);
  const std::vector<std::int8_t> block(depth * kBlockColumns);
  std::vector<std::int32_t> products(kTileRows * kBlockColumns);
  for (std::size_t rows = 1; rows <= kTileRows; ++rows) {
    MultiplyBlock(rows, depth, left.data(), block.data(), products.data());
  }
}

bool ProductsRun() {
  constexpr std::size_t kRows = 3;
  constexpr std::size_t kDepth = 64;
  std::vector<std::uint8_t> left(kRows * kDepth);
  std::vector<std::int8_t> block(kDepth * kBlockColumns);
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = static_cast<std::uint8_t>(255 - i);
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<std::int8_t>(i * 37);
  std::vector<std::int32_t> products(kRows * kBlockColumns);
  try {
    MultiplyBlock(kRows, kDepth, left.data(), block.data(), products.data());
  } catch (const std::exception&) {  // there is no other way to ask: kernels are made on first use
    return false;
  }
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t column = 0; column < kBlockColumns; ++column) {
      std::int32_t expected = 0;
      for (std::size_t k = 0; k < kDepth; ++k) {
        expected += left[row * kDepth + k] * block[(k / 4 * kBlockColumns + column) * 4 + k % 4];
      }
      if (products[row * kBlockColumns + column] != expected) return false;
    }
  }
  return true;
}

}  // namespace quartet
