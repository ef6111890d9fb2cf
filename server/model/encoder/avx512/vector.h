// Sixteen floats. Included only by files that are compiled for AVX-512; everything has internal
// linkage, so the linker can't hand these instructions to the rest of the server.
#ifndef QUARTET_MODEL_ENCODER_AVX512_VECTOR_H_
#define QUARTET_MODEL_ENCODER_AVX512_VECTOR_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace quartet {
namespace {  // NOLINT(google-build-namespaces): on purpose, see above

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

// The first `count` lanes, 0..16.
inline __mmask16 First(std::size_t count) { return static_cast<__mmask16>((1U << count) - 1U); }

// Rounds values from -0.5 to 255.5 to the nearest integer and stores them as bytes.
inline void StoreBytes(std::uint8_t* to, Floats value) {
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

// 2^x for x <= 0: Taylor's series of 2^f around 0 for |f| <= 1/2, relative error 3e-6, times 2^n.
inline Floats Exp2(Floats x) {
  const Floats whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const Floats f = x - whole;
  Floats power = Fill(1.3333558e-3F);       // ln(2)^5 / 5!
  power = power * f + Fill(9.6181291e-3F);  // ln(2)^4 / 4!
  power = power * f + Fill(5.5504109e-2F);  // ln(2)^3 / 3!
  power = power * f + Fill(2.4022651e-1F);  // ln(2)^2 / 2!
  power = power * f + Fill(6.9314718e-1F);  // ln(2)
  power = power * f + Fill(1.0F);
  return _mm512_scalef_ps(power, whole);
}

// x * Phi(x), within 1.9e-4. Phi(x) - 1/2 is an odd polynomial, fitted (equal ripple, by iterated
// weighted least squares) on |x| <= 4 with its end fixed to 1/2; beyond, Phi is 0 or 1. The result
// is next rounded to 255 steps of its row's range: for a row of range 1 that is an error of 2e-3.
// Several vectors, step by step together: one alone would wait for each step's result.
template <std::size_t kCount>
inline void Gelu(Floats (&x)[kCount]) {
  constexpr float kEnd = 4.0F;
  constexpr float kCoefficients[] = {-1.58882194e-6F, 4.77637746e-5F,  -8.12186285e-4F,
                                     8.76368463e-3F,  -6.45543966e-2F, 3.97870253e-1F};
  Floats clamped[kCount];
  Floats square[kCount];
  Floats phi[kCount];
  for (std::size_t i = 0; i < kCount; ++i) {
    clamped[i] = Min(Max(x[i], Fill(-kEnd)), Fill(kEnd));
    square[i] = clamped[i] * clamped[i];
    phi[i] = Fill(2.25881145e-8F);
  }
  for (const float coefficient : kCoefficients) {
    for (std::size_t i = 0; i < kCount; ++i) phi[i] = phi[i] * square[i] + Fill(coefficient);
  }
  for (std::size_t i = 0; i < kCount; ++i) x[i] = x[i] * (phi[i] * clamped[i] + Fill(0.5F));
}

}  // namespace
}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_AVX512_VECTOR_H_
