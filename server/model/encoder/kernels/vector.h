// The vectors of the instruction set that the including file is compiled for, and which that is.
// Included only by files of this folder; everything has internal linkage, so the linker can't hand
// these instructions to the rest of the server.
#ifndef QUARTET_MODEL_ENCODER_KERNELS_VECTOR_H_
#define QUARTET_MODEL_ENCODER_KERNELS_VECTOR_H_

#ifdef __AVX512F__
#include "model/encoder/kernels/vector_avx512.h"
#else
#include "model/encoder/kernels/vector_avx2.h"
#endif

#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {  // NOLINT(google-build-namespaces): on purpose, see above

static_assert(kLanes <= kMostLanes);

// 2^x for -126 <= x <= 0: Taylor's series of 2^f around 0 for |f| <= 1/2, relative error 3e-6,
// times 2^n. Below, a number next to 0.
inline Floats Exp2(Floats x) {
  const Floats whole = Round(x);
  const Floats f = x - whole;
  Floats power = Fill(1.3333558e-3F);       // ln(2)^5 / 5!
  power = power * f + Fill(9.6181291e-3F);  // ln(2)^4 / 4!
  power = power * f + Fill(5.5504109e-2F);  // ln(2)^3 / 3!
  power = power * f + Fill(2.4022651e-1F);  // ln(2)^2 / 2!
  power = power * f + Fill(6.9314718e-1F);  // ln(2)
  power = power * f + Fill(1.0F);
  return TimesPowerOf2(power, whole);
}

}  // namespace
}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_KERNELS_VECTOR_H_
