// Products for CPUs without AVX-512, where libtorch has no micro-kernels: its u8 x s8 ones throw
// and its float ones are MKL's sgemm, slower on one core of Zen 3 (57-79 Gflop/s, these loops
// 60-98) and with memory of its own. In integers these reach 115-155 Gop/s.
#include <immintrin.h>

#include <cstring>

#include "model/encoder/products.h"
#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {

constexpr std::size_t kMostRows = 6;

// A tile's products in registers: kMostRows x 2 accumulators, two vectors of weights and one of the
// left side are 15 of the 16.

// 16-bit steps with 8-bit weights. (8-bit steps would be added up in pairs in 16 bits, where they
// saturate.) The weights of one column in four inputs lie together, so an accumulator has two sums
// of each of four columns.
struct WideTile {
  static constexpr std::size_t kColumns = 8;

  template <std::size_t kRows>
  static void Multiply(std::size_t depth, const std::int16_t* left, const std::int8_t* weights,
                       std::int32_t* products) {
    constexpr std::size_t kPack = WideTypes::kPack;
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
};

struct FloatTile {
  static constexpr std::size_t kColumns = 16;

  template <std::size_t kRows>
  static void Multiply(std::size_t depth, const float* left, const float* weights,
                       float* products) {
    __m256 sums[kRows][2];
#pragma GCC unroll 6
    for (std::size_t row = 0; row < kRows; ++row) sums[row][0] = sums[row][1] = _mm256_setzero_ps();
    for (std::size_t k = 0; k < depth; ++k, weights += kBlockColumns) {
      const __m256 low = _mm256_loadu_ps(weights);
      const __m256 high = _mm256_loadu_ps(weights + kColumns / 2);
#pragma GCC unroll 6
      for (std::size_t row = 0; row < kRows; ++row) {
        const __m256 value = _mm256_broadcast_ss(left + row * depth + k);
        sums[row][0] = _mm256_fmadd_ps(value, low, sums[row][0]);
        sums[row][1] = _mm256_fmadd_ps(value, high, sums[row][1]);
      }
    }
#pragma GCC unroll 6
    for (std::size_t row = 0; row < kRows; ++row) {
      _mm256_storeu_ps(products + row * kBlockColumns, sums[row][0]);
      _mm256_storeu_ps(products + row * kBlockColumns + kColumns / 2, sums[row][1]);
    }
  }
};

template <class Tile, class Types>
void MultiplyTile(std::size_t rows, std::size_t depth, const typename Types::Left* left,
                  const typename Types::Weight* weights, typename Types::Product* products) {
  switch (rows) {
    case 1:
      return Tile::template Multiply<1>(depth, left, weights, products);
    case 2:
      return Tile::template Multiply<2>(depth, left, weights, products);
    case 3:
      return Tile::template Multiply<3>(depth, left, weights, products);
    case 4:
      return Tile::template Multiply<4>(depth, left, weights, products);
    case 5:
      return Tile::template Multiply<5>(depth, left, weights, products);
    default:
      return Tile::template Multiply<kMostRows>(depth, left, weights, products);
  }
}

template <class Tile, class Types>
void MultiplyTiles(std::size_t rows, std::size_t depth, const typename Types::Left* left,
                   const typename Types::Weight* block, typename Types::Product* products) {
  for (std::size_t tiles = (rows + kMostRows - 1) / kMostRows; tiles > 0; --tiles) {
    const std::size_t some = (rows + tiles - 1) / tiles;  // tiles of about equal size
    for (std::size_t column = 0; column < kBlockColumns; column += Tile::kColumns) {
      MultiplyTile<Tile, Types>(some, depth, left, block + column * Types::kPack,
                                products + column);
    }
    rows -= some;
    left += some * depth;
    products += some * kBlockColumns;
  }
}

}  // namespace

void MultiplyBlock(std::size_t rows, std::size_t depth, const std::int16_t* left,
                   const std::int8_t* block, std::int32_t* products) {
  MultiplyTiles<WideTile, WideTypes>(rows, depth, left, block, products);
}

void MultiplyBlockOnAvx2(std::size_t rows, std::size_t depth, const float* left, const float* block,
                         float* products) {
  MultiplyTiles<FloatTile, FloatTypes>(rows, depth, left, block, products);
}

}  // namespace quartet
