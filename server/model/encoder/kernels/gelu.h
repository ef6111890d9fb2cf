// GELU of vectors, coarse and fine.
#ifndef QUARTET_MODEL_ENCODER_KERNELS_GELU_H_
#define QUARTET_MODEL_ENCODER_KERNELS_GELU_H_

#include <iterator>

#include "model/encoder/kernels/vector.h"

namespace quartet {
namespace {  // NOLINT(google-build-namespaces): as in vector.h

// The coefficients of Phi(x) - 1/2 = x * P(x^2) / Q(x^2) up to `end`, highest power first. Fitted
// (equal ripple, by iterated weighted least squares) so that the error of x * Phi(x) is small.
// Beyond the end, Phi counts as what it is there: 0 or 1, nearly.

// Within 1.9e-4, with the end fixed to 1/2: for int8, where the result is next rounded to 255 steps
// of its row's range (for a row of range 1 that is an error of 2e-3).
struct CoarsePhi {
  static constexpr float kEnd = 4.0F;
  static constexpr float kNumerator[] = {2.25881145e-8F,  -1.58882194e-6F, 4.77637746e-5F,
                                         -8.12186285e-4F, 8.76368463e-3F,  -6.45543966e-2F,
                                         3.97870253e-1F};
  static constexpr float kDenominator[] = {1.0F};
};

// Within 2e-8, and what float arithmetic adds.
struct FinePhi {
  static constexpr float kEnd = 5.5F;
  static constexpr float kNumerator[] = {2.22159056e-8F, 6.53073221e-6F, 1.82857984e-4F,
                                         4.7616153e-3F,  3.51423211e-2F, 3.98941994e-1F};
  static constexpr float kDenominator[] = {1.19539664e-6F, 7.86101809e-5F, 1.96243334e-3F,
                                           2.93986872e-2F, 2.54752308e-1F, 1.0F};
};

// Of several vectors, step by step together: one alone would wait for each step's result.
template <std::size_t kCount, std::size_t kTerms>
inline void Polynomial(const float (&coefficients)[kTerms], const Floats (&x)[kCount],
                       Floats (&sum)[kCount]) {
  for (std::size_t i = 0; i < kCount; ++i) sum[i] = Fill(coefficients[0]);
  for (std::size_t term = 1; term < kTerms; ++term) {
    for (std::size_t i = 0; i < kCount; ++i) sum[i] = sum[i] * x[i] + Fill(coefficients[term]);
  }
}

template <class Phi, std::size_t kCount>
inline void GeluOfSome(const Floats* x, Floats* out) {
  Floats clamped[kCount];
  Floats square[kCount];
  Floats phi[kCount];
  for (std::size_t i = 0; i < kCount; ++i) {
    clamped[i] = Min(Max(x[i], Fill(-Phi::kEnd)), Fill(Phi::kEnd));
    square[i] = clamped[i] * clamped[i];
  }
  Polynomial(Phi::kNumerator, square, phi);
  if constexpr (std::size(Phi::kDenominator) > 1) {
    Floats denominator[kCount];
    Polynomial(Phi::kDenominator, square, denominator);
    for (std::size_t i = 0; i < kCount; ++i) phi[i] = phi[i] / denominator[i];
  }
  for (std::size_t i = 0; i < kCount; ++i) out[i] = x[i] * (phi[i] * clamped[i] + Fill(0.5F));
}

// x * Phi(x)
template <class Phi, std::size_t kCount>
inline void Gelu(const Floats (&x)[kCount], Floats (&out)[kCount]) {
  constexpr std::size_t kTogether = 4;  // as many as registers hold, also of 16
  static_assert(kCount % kTogether == 0);
  for (std::size_t i = 0; i < kCount; i += kTogether) GeluOfSome<Phi, kTogether>(x + i, out + i);
}

}  // namespace
}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_KERNELS_GELU_H_
