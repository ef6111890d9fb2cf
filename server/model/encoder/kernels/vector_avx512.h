// Sixteen floats; see vector.h.
#ifndef QUARTET_MODEL_ENCODER_KERNELS_VECTOR_AVX512_H_
#define QUARTET_MODEL_ENCODER_KERNELS_VECTOR_AVX512_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "model/encoder/instruction_set.h"

namespace quartet {
namespace {  // NOLINT(google-build-namespaces): as in vector.h

using ThisIsa = Avx512;
inline constexpr std::size_t kLanes = 16;

// Compilers give it the arithmetic operators; a * b + c becomes one instruction.
using Floats = __m512;

inline Floats Load(const float* from) { return _mm512_loadu_ps(from); }
inline void Store(float* to, Floats value) { _mm512_storeu_ps(to, value); }
inline Floats Fill(float value) { return _mm512_set1_ps(value); }
inline Floats Min(Floats a, Floats b) { return _mm512_min_ps(a, b); }
inline Floats Max(Floats a, Floats b) { return _mm512_max_ps(a, b); }
inline Floats FromInts(const std::int32_t* from) {
  return _mm512_cvtepi32_ps(_mm512_loadu_si512(from));
}

inline float Sum(Floats value) { return _mm512_reduce_add_ps(value); }
inline float Largest(Floats value) { return _mm512_reduce_max_ps(value); }
inline float Smallest(Floats value) { return _mm512_reduce_min_ps(value); }

// Partly used vectors: the first `count` lanes, 1..kLanes, and something else in the others.
inline __mmask16 First(std::size_t count) { return static_cast<__mmask16>((1U << count) - 1U); }
inline Floats LoadFirst(const float* from, std::size_t count, Floats others) {
  return _mm512_mask_loadu_ps(others, First(count), from);
}
inline Floats KeepFirst(Floats value, std::size_t count) {  // zeros after
  return _mm512_maskz_mov_ps(First(count), value);
}

inline Floats FromInts(const std::int8_t* from) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes));
}

inline Floats Round(Floats value) {  // to the nearest integer
  return _mm512_roundscale_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

// value * 2^power, of a whole power.
inline Floats TimesPowerOf2(Floats value, Floats power) { return _mm512_scalef_ps(value, power); }

// Rounds values from -0.5 to kLargestStep + 0.5 to the nearest integer.
inline void StoreSteps(std::uint8_t* to, Floats value) {
  const __m512i rounded = _mm512_cvtps_epi32(value);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtusepi32_epi8(rounded));
}

// bfloat16 is the upper half of a float.
inline Floats LoadHalves(const std::uint16_t* from) {
  const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}

// Rounds to the nearest, to even in the middle. (The instruction for it is in AVX512-BF16 only.)
inline void StoreHalves(std::uint16_t* to, Floats value) {
  const __m512i bits = _mm512_castps_si512(value);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                      _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16)));
}

// A square of sixteen rows of sixteen floats, in registers.
inline void Transpose(Floats (&rows)[kLanes]) {
  Floats pairs[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 2) {
    pairs[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
  }
  Floats fours[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 4) {
    const auto joined = [&](std::size_t a, std::size_t b, bool high) {
      const __m512d first = _mm512_castps_pd(pairs[i + a]);
      const __m512d second = _mm512_castps_pd(pairs[i + b]);
      return _mm512_castpd_ps(high ? _mm512_unpackhi_pd(first, second)
                                   : _mm512_unpacklo_pd(first, second));
    };
    fours[i] = joined(0, 2, false);
    fours[i + 1] = joined(0, 2, true);
    fours[i + 2] = joined(1, 3, false);
    fours[i + 3] = joined(1, 3, true);
  }
  // Now each 128-bit part is a column of a 4 x 4 square: exchange the parts.
  for (std::size_t i = 0; i < 4; ++i) {
    const Floats a = _mm512_shuffle_f32x4(fours[i], fours[i + 4], 0x88);
    const Floats b = _mm512_shuffle_f32x4(fours[i], fours[i + 4], 0xdd);
    const Floats c = _mm512_shuffle_f32x4(fours[i + 8], fours[i + 12], 0x88);
    const Floats d = _mm512_shuffle_f32x4(fours[i + 8], fours[i + 12], 0xdd);
    rows[i] = _mm512_shuffle_f32x4(a, c, 0x88);
    rows[i + 8] = _mm512_shuffle_f32x4(a, c, 0xdd);
    rows[i + 4] = _mm512_shuffle_f32x4(b, d, 0x88);
    rows[i + 12] = _mm512_shuffle_f32x4(b, d, 0xdd);
  }
}

}  // namespace
}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_KERNELS_VECTOR_AVX512_H_
