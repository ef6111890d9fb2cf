#include "model/encoder/products.h"

#include <ATen/native/CPUBlas.h>

#include <exception>
#include <type_traits>
#include <vector>

#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {

template <class Left, class Weight, class Product>
void Multiply(std::size_t rows, std::size_t depth, const Left* left, const Weight* block,
              Product* products) {
  const auto columns = static_cast<std::int64_t>(kBlockColumns);
  const auto k = static_cast<std::int64_t>(depth);
  at::native::cpublas::brgemm(static_cast<std::int64_t>(rows), columns, k, /*ld_a=*/k,
                              /*ld_b=*/columns, /*ld_c=*/columns, /*add_C=*/false, left, block,
                              products, /*is_vnni=*/!std::is_same_v<Left, float>);
}

// Small whole numbers, different in all places, that are exact in either type.
template <class T>
T Sample(std::size_t i, int modulus);
template <>
std::uint8_t Sample(std::size_t i, int modulus) {
  return static_cast<std::uint8_t>(i % static_cast<std::size_t>(modulus));
}
template <>
std::int8_t Sample(std::size_t i, int modulus) {
  return static_cast<std::int8_t>(static_cast<int>(i % static_cast<std::size_t>(modulus)) -
                                  modulus / 2);
}
template <>
std::int16_t Sample(std::size_t i, int modulus) {  // reaches the largest step
  constexpr int kFactor = Avx2::kLargestStep / 255;
  return static_cast<std::int16_t>(kFactor * Sample<std::uint8_t>(i, modulus));
}
template <>
float Sample(std::size_t i, int modulus) {
  return Sample<std::uint8_t>(i, modulus);
}
template <>
std::uint16_t Sample(std::size_t i, int modulus) {
  const auto value = static_cast<float>(static_cast<int>(i % static_cast<std::size_t>(modulus)));
  return at::BFloat16(value).x;
}

template <class T>
double Value(T value) {
  return static_cast<double>(value);
}
double Value(std::uint16_t bits) {
  return static_cast<float>(at::BFloat16(bits, at::BFloat16::from_bits()));
}

}  // namespace

void MultiplyBlock(std::size_t rows, std::size_t depth, const std::uint8_t* left,
                   const std::int8_t* block, std::int32_t* products) {
  Multiply(rows, depth, left, block, products);
}

void MultiplyBlock(std::size_t rows, std::size_t depth, const std::uint16_t* left,
                   const std::uint16_t* block, float* products) {
  Multiply(rows, depth, reinterpret_cast<const at::BFloat16*>(left),
           reinterpret_cast<const at::BFloat16*>(block), products);
}

void MultiplyBlock(std::size_t rows, std::size_t depth, const float* left, const float* block,
                   float* products) {
  if (!Avx512::IsSupported()) return MultiplyBlockOnAvx2(rows, depth, left, block, products);
  Multiply(rows, depth, left, block, products);
}

template <class Types>
void CompileProducts(std::size_t depth) {
  const std::vector<typename Types::Left> left(kTileRows * depth);
  const std::vector<typename Types::Weight> block(depth * kBlockColumns);
  std::vector<typename Types::Product> products(kTileRows * kBlockColumns);
  for (std::size_t rows = 1; rows <= kTileRows; ++rows) {
    MultiplyBlock(rows, depth, left.data(), block.data(), products.data());
  }
}

template <class Types>
bool ProductsRun() {
  if (!Types::Isa::IsSupported()) return false;
  constexpr std::size_t kRows = 3;
  constexpr std::size_t kDepth = 64;
  constexpr std::size_t kPack = Types::kPack;
  std::vector<typename Types::Left> left(kRows * kDepth);
  std::vector<typename Types::Weight> block(kDepth * kBlockColumns);
  // Both reach the upper half of their range: that is where wrong kernels are wrong.
  for (std::size_t i = 0; i < left.size(); ++i) {
    left[i] = Sample<typename Types::Left>(i * 7 + 100, 256);
  }
  for (std::size_t i = 0; i < block.size(); ++i) {
    block[i] = Sample<typename Types::Weight>(i * 37, 256);
  }
  std::vector<typename Types::Product> products(kRows * kBlockColumns);
  try {
    MultiplyBlock(kRows, kDepth, left.data(), block.data(), products.data());
  } catch (const std::exception&) {  // there is no other way to ask: kernels are made on first use
    return false;
  }
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t column = 0; column < kBlockColumns; ++column) {
      double expected = 0;  // of whole numbers below 2^24: exact in float, too
      for (std::size_t k = 0; k < kDepth; ++k) {
        const std::size_t place = (k / kPack * kBlockColumns + column) * kPack + k % kPack;
        expected += Value(left[row * kDepth + k]) * Value(block[place]);
      }
      if (static_cast<double>(products[row * kBlockColumns + column]) != expected) return false;
    }
  }
  return true;
}

template void CompileProducts<Int8Types>(std::size_t depth);
template void CompileProducts<WideTypes>(std::size_t depth);
template void CompileProducts<HalfTypes>(std::size_t depth);
template void CompileProducts<FloatTypes>(std::size_t depth);
template bool ProductsRun<Int8Types>();
template bool ProductsRun<WideTypes>();
template bool ProductsRun<HalfTypes>();
template bool ProductsRun<FloatTypes>();

}  // namespace quartet
