#include "model/encoder/products.h"

#include <bit>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "model/encoder/random_values.h"
#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {

std::vector<std::int32_t> Expected(std::size_t rows, std::size_t depth,
                                   const std::vector<std::uint8_t>& left,
                                   const std::vector<std::int8_t>& block) {
  std::vector<std::int32_t> products(rows * kBlockColumns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t k = 0; k < depth; ++k) {
      for (std::size_t column = 0; column < kBlockColumns; ++column) {
        products[row * kBlockColumns + column] +=
            left[row * depth + k] * block[(k / 4 * kBlockColumns + column) * 4 + k % 4];
      }
    }
  }
  return products;
}

std::vector<std::int32_t> Products(std::size_t rows, std::size_t depth,
                                   const std::vector<std::uint8_t>& left,
                                   const std::vector<std::int8_t>& block) {
  std::vector<std::int32_t> products(rows * kBlockColumns, -1);
  MultiplyBlock(rows, depth, left.data(), block.data(), products.data());
  return products;
}

TEST_CASE("products of any number of rows are exact", "[encoder]") {
  if (!ProductsRun<Int8Types>()) return;
  RandomValues random;
  for (const std::size_t depth : {64, 384, 768, 1536}) {
    for (std::size_t rows = 1; rows <= kTileRows; ++rows) {
      const auto left = random.Ints<std::uint8_t>(rows * depth, 0, 255);
      const auto block = random.Ints<std::int8_t>(depth * kBlockColumns, -127, 127);
      REQUIRE(Products(rows, depth, left, block) == Expected(rows, depth, left, block));
    }
  }
}

TEST_CASE("the largest products do not saturate", "[encoder]") {
  if (!ProductsRun<Int8Types>()) return;
  constexpr std::size_t kRows = 7;
  constexpr std::size_t kDepth = 3072;
  const std::vector<std::uint8_t> left(kRows * kDepth, 255);
  for (const int weight : {-128, 127}) {
    const std::vector<std::int8_t> block(kDepth * kBlockColumns, static_cast<std::int8_t>(weight));
    for (const std::int32_t product : Products(kRows, kDepth, left, block)) {
      REQUIRE(product == 255 * weight * static_cast<int>(kDepth));
    }
  }
}

TEST_CASE("a thread of its own compiles its kernels and computes the same", "[encoder]") {
  if (!ProductsRun<Int8Types>()) return;
  constexpr std::size_t kDepth = 384;
  RandomValues random;
  const auto left = random.Ints<std::uint8_t>(5 * kDepth, 0, 255);
  const auto block = random.Ints<std::int8_t>(kDepth * kBlockColumns, -127, 127);
  std::vector<std::int32_t> there;
  std::thread([&] {
    CompileProducts<Int8Types>(kDepth);
    there = Products(5, kDepth, left, block);
  }).join();
  CHECK(there == Expected(5, kDepth, left, block));
}

TEST_CASE("bfloat16 products sum up in float32", "[encoder]") {
  if (!ProductsRun<HalfTypes>()) return;
  RandomValues random;
  for (const std::size_t depth : {64, 384, 1536}) {
    for (std::size_t rows = 1; rows <= kTileRows; ++rows) {
      // Whole numbers up to 128 are exact in bfloat16, and their sums here in float32.
      const auto left = random.Ints<int>(rows * depth, -128, 128);
      const auto block = random.Ints<int>(depth * kBlockColumns, -64, 64);
      const auto bits = [](const std::vector<int>& values) {
        std::vector<std::uint16_t> halves;
        for (const int value : values) {
          halves.push_back(static_cast<std::uint16_t>(
              std::bit_cast<std::uint32_t>(static_cast<float>(value)) >> 16));
        }
        return halves;
      };
      std::vector<float> products(rows * kBlockColumns);
      MultiplyBlock(rows, depth, bits(left).data(), bits(block).data(), products.data());
      for (std::size_t i = 0; i < products.size(); ++i) {
        int expected = 0;
        for (std::size_t k = 0; k < depth; ++k) {
          expected += left[i / kBlockColumns * depth + k] *
                      block[(k / 2 * kBlockColumns + i % kBlockColumns) * 2 + k % 2];
        }
        REQUIRE(products[i] == static_cast<float>(expected));
      }
    }
  }
}

}  // namespace
}  // namespace quartet
