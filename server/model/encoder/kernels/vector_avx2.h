// Eight floats; see vector.h.
#ifndef QUARTET_MODEL_ENCODER_KERNELS_VECTOR_AVX2_H_
#define QUARTET_MODEL_ENCODER_KERNELS_VECTOR_AVX2_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "model/encoder/instruction_set.h"

namespace quartet {
namespace {  // NOLINT(google-build-namespaces): as in vector.h

using ThisIsa = Avx2;
inline constexpr std::size_t kLanes = 8;

// Compilers give it the arithmetic operators; a * b + c becomes one instruction.
using Floats = __m256;

inline Floats Load(const float* from) { return _mm256_loadu_ps(from); }
inline void Store(float* to, Floats value) { _mm256_storeu_ps(to, value); }
inline Floats Fill(float value) { return _mm256_set1_ps(value); }
inline Floats Min(Floats a, Floats b) { return _mm256_min_ps(a, b); }
inline Floats Max(Floats a, Floats b) { return _mm256_max_ps(a, b); }
inline Floats FromInts(const std::int32_t* from) {
  return _mm256_cvtepi32_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}
inline Floats FromInts(const std::int8_t* from) {
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
}

// All lanes by an operation that takes two vectors: halves, quarters, neighbours.
template <class Operation>
inline float Fold(Floats value, const Operation& operation) {
  value = operation(value, _mm256_permute2f128_ps(value, value, 1));
  value = operation(value, _mm256_permute_ps(value, 0x4e));
  value = operation(value, _mm256_permute_ps(value, 0xb1));
  return _mm256_cvtss_f32(value);
}
inline float Sum(Floats value) {
  return Fold(value, [](Floats a, Floats b) { return a + b; });
}
inline float Largest(Floats value) {
  return Fold(value, [](Floats a, Floats b) { return Max(a, b); });
}
inline float Smallest(Floats value) {
  return Fold(value, [](Floats a, Floats b) { return Min(a, b); });
}

// Partly used vectors: the first `count` lanes, 1..kLanes, and something else in the others.
inline __m256i First(std::size_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline Floats LoadFirst(const float* from, std::size_t count, Floats others) {
  const __m256i first = First(count);
  return _mm256_blendv_ps(others, _mm256_maskload_ps(from, first), _mm256_castsi256_ps(first));
}
inline Floats KeepFirst(Floats value, std::size_t count) {  // zeros after
  return _mm256_and_ps(value, _mm256_castsi256_ps(First(count)));
}

inline Floats Round(Floats value) {  // to the nearest integer
  return _mm256_round_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

// value * 2^power, of a whole power. One that leaves the normal numbers counts as the last of them.
inline Floats TimesPowerOf2(Floats value, Floats power) {
  constexpr int kBias = 127;
  constexpr int kMantissaBits = 23;
  const Floats clamped = Min(Max(power, Fill(1 - kBias)), Fill(kBias));
  const __m256i biased = _mm256_add_epi32(_mm256_cvtps_epi32(clamped), _mm256_set1_epi32(kBias));
  return value * _mm256_castsi256_ps(_mm256_slli_epi32(biased, kMantissaBits));
}

// Rounds values from -0.5 to kLargestStep + 0.5 to the nearest integer.
inline void StoreSteps(std::int16_t* to, Floats value) {
  const __m256i rounded = _mm256_cvtps_epi32(value);
  _mm_storeu_si128(
      reinterpret_cast<__m128i*>(to),
      _mm_packs_epi32(_mm256_castsi256_si128(rounded), _mm256_extracti128_si256(rounded, 1)));
}

// A square of eight rows of eight floats, in registers.
inline void Transpose(Floats (&rows)[kLanes]) {
  Floats pairs[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 2) {
    pairs[i] = _mm256_unpacklo_ps(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm256_unpackhi_ps(rows[i], rows[i + 1]);
  }
  Floats fours[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 4) {
    fours[i] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0x44);
    fours[i + 1] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0xee);
    fours[i + 2] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0x44);
    fours[i + 3] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0xee);
  }
  // Now each 128-bit half is a column of a 4 x 4 square: exchange the halves.
  for (std::size_t i = 0; i < 4; ++i) {
    rows[i] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20);
    rows[i + 4] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31);
  }
}

}  // namespace
}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_KERNELS_VECTOR_AVX2_H_
