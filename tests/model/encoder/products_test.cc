#include "model/encoder/products.h"

#include <bit>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "model/encoder/random_values.h"
#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {

template <class Types>
using Left = std::vector<typename Types::Left>;
template <class Types>
using Block = std::vector<typename Types::Weight>;
template <class Types>
using Products = std::vector<typename Types::Product>;

// Whole numbers, in any type.
template <class T>
std::vector<T> Converted(const std::vector<int>& values) {
  std::vector<T> converted;
  for (const int value : values) converted.push_back(static_cast<T>(value));
  return converted;
}
template <>
std::vector<std::uint16_t> Converted(const std::vector<int>& values) {  // to bfloat16
  std::vector<std::uint16_t> halves;
  for (const int value : values) {
    halves.push_back(
        static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(static_cast<float>(value)) >> 16));
  }
  return halves;
}

template <class Types>
Products<Types> Expected(std::size_t rows, std::size_t depth, const std::vector<int>& left,
                         const std::vector<int>& block) {
  constexpr std::size_t kPack = Types::kPack;
  std::vector<int> products(rows * kBlockColumns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t k = 0; k < depth; ++k) {
      for (std::size_t column = 0; column < kBlockColumns; ++column) {
        products[row * kBlockColumns + column] +=
            left[row * depth + k] * block[(k / kPack * kBlockColumns + column) * kPack + k % kPack];
      }
    }
  }
  return Converted<typename Types::Product>(products);
}

template <class Types>
Products<Types> Multiplied(std::size_t rows, std::size_t depth, const std::vector<int>& left,
                           const std::vector<int>& block) {
  Products<Types> products(rows * kBlockColumns, -1);
  MultiplyBlock(rows, depth, Converted<typename Types::Left>(left).data(),
                Converted<typename Types::Weight>(block).data(), products.data());
  return products;
}

// The largest whole numbers that the left side is made for. Those of floats are small enough for
// their sums to be exact, too.
template <class Types>
constexpr int kLargest = 128;
template <>
constexpr int kLargest<Int8Types> = Avx512::kLargestStep;
template <>
constexpr int kLargest<WideTypes> = Avx2::kLargestStep;

TEMPLATE_TEST_CASE("products of any number of rows are exact", "[encoder]", Int8Types, WideTypes,
                   HalfTypes, FloatTypes) {
  if (!ProductsRun<TestType>()) return;
  RandomValues random;
  for (const std::size_t depth : {64, 384, 768, 1536}) {
    for (std::size_t rows = 1; rows <= kTileRows; ++rows) {
      const auto left = random.Ints<int>(rows * depth, 0, kLargest<TestType>);
      const auto block = random.Ints<int>(depth * kBlockColumns, -64, 64);
      REQUIRE(Multiplied<TestType>(rows, depth, left, block) ==
              Expected<TestType>(rows, depth, left, block));
    }
  }
}

TEMPLATE_TEST_CASE("the largest products neither saturate nor leave their type", "[encoder]",
                   Int8Types, WideTypes) {
  if (!ProductsRun<TestType>()) return;
  constexpr std::size_t kRows = 7;
  for (const std::size_t depth : {std::size_t{3072}, TestType::kMaxDepth / 64 * 64}) {
    const std::vector<int> left(kRows * depth, kLargest<TestType>);
    for (const int weight : {-128, 127}) {
      const std::vector<int> block(depth * kBlockColumns, weight);
      const auto expected = static_cast<std::int64_t>(depth) * kLargest<TestType> * weight;
      for (const std::int32_t product : Multiplied<TestType>(kRows, depth, left, block)) {
        REQUIRE(product == expected);
      }
    }
  }
}

TEMPLATE_TEST_CASE("a thread of its own compiles its kernels and computes the same", "[encoder]",
                   Int8Types, WideTypes, HalfTypes, FloatTypes) {
  if (!ProductsRun<TestType>()) return;
  constexpr std::size_t kDepth = 384;
  RandomValues random;
  const auto left = random.Ints<int>(5 * kDepth, 0, kLargest<TestType>);
  const auto block = random.Ints<int>(kDepth * kBlockColumns, -64, 64);
  Products<TestType> there;
  std::thread([&] {
    CompileProducts<TestType>(kDepth);
    there = Multiplied<TestType>(5, kDepth, left, block);
  }).join();
  CHECK(there == Expected<TestType>(5, kDepth, left, block));
}

TEST_CASE("a CPU with AVX2 has products for every artefact", "[encoder]") {
  if (!Avx2::IsSupported()) return;
  CHECK(ProductsRun<WideTypes>());
  CHECK(ProductsRun<FloatTypes>());
}

}  // namespace
}  // namespace quartet
