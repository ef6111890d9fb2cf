// Products of 16-bit steps with 8-bit weights, for AVX2. libtorch has none there: its u8 x s8
// micro-kernels throw, and MKL's and fbgemm's add up pairs of products in 16 bits that saturate.
#include <immintrin.h>

#include <cstring>

#include "model/encoder/products.h"
#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {

constexpr std::size_t kPack = WideTypes::kPack;
constexpr std::size_t kColumns = 8;  // at once, in two vectors
constexpr std::size_t kMostRows = 6;

// The weights of one column in four inputs lie together, so an accumulator has two sums of each of
// four columns. kRows x 2 accumulators, two vectors of weights and one of steps are 15 of the 16
// registers.
template <std::size_t kRows>
void MultiplyTile(std::size_t depth, const std::int16_t* left, const std::int8_t* weights,
                  std::int32_t* products) {
  __m256i sums[kRows][2];
#pragma GCC unroll 6
  for (std::size_t row = 0; row < kRows; ++row) {
    sums[row][0] = sums[row][1] = _mm256_setzero_si256();
  }
  for (std::size_t k = 0; k < depth; k += kPack, weights += kPack * kBlockColumns) {
    const auto* bytes = reinterpret_cast<const __m128i*>(weights);
    const __m256i low = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes));
    const __m256i high = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes + 1));
#pragma GCC unroll 6
    for (std::size_t row = 0; row < kRows; ++row) {
      long long four_steps;  // the type of the intrinsic
      std::memcpy(&four_steps, left + row * depth + k, sizeof four_steps);
      const __m256i steps = _mm256_set1_epi64x(four_steps);
      sums[row][0] = _mm256_add_epi32(sums[row][0], _mm256_madd_epi16(steps, low));
      sums[row][1] = _mm256_add_epi32(sums[row][1], _mm256_madd_epi16(steps, high));
      // Keeps GCC 12 from delaying the additions: it then runs out of registers (half the speed).
      asm("" : "+x"(sums[row][0]), "+x"(sums[row][1]));
    }
  }
#pragma GCC unroll 6
  for (std::size_t row = 0; row < kRows; ++row) {
    // Neighbours added up: columns 0 1 4 5 | 2 3 6 7.
    const __m256i mixed = _mm256_hadd_epi32(sums[row][0], sums[row][1]);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(products + row * kBlockColumns),
                        _mm256_permute4x64_epi64(mixed, 0xd8));
  }
}

void MultiplyRows(std::size_t rows, std::size_t depth, const std::int16_t* left,
                  const std::int8_t* weights, std::int32_t* products) {
  switch (rows) {
    case 1:
      return MultiplyTile<1>(depth, left, weights, products);
    case 2:
      return MultiplyTile<2>(depth, left, weights, products);
    case 3:
      return MultiplyTile<3>(depth, left, weights, products);
    case 4:
      return MultiplyTile<4>(depth, left, weights, products);
    case 5:
      return MultiplyTile<5>(depth, left, weights, products);
    default:
      return MultiplyTile<kMostRows>(depth, left, weights, products);
  }
}

}  // namespace

void MultiplyBlock(std::size_t rows, std::size_t depth, const std::int16_t* left,
                   const std::int8_t* block, std::int32_t* products) {
  for (std::size_t tiles = (rows + kMostRows - 1) / kMostRows; tiles > 0; --tiles) {
    const std::size_t some = (rows + tiles - 1) / tiles;  // tiles of about equal size
    for (std::size_t column = 0; column < kBlockColumns; column += kColumns) {
      MultiplyRows(some, depth, left, block + column * kPack, products + column);
    }
    rows -= some;
    left += some * depth;
    products += some * kBlockColumns;
  }
}

}  // namespace quartet
