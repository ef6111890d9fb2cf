// The instruction sets that the encoder's loops are compiled for.
#ifndef QUARTET_MODEL_ENCODER_INSTRUCTION_SET_H_
#define QUARTET_MODEL_ENCODER_INSTRUCTION_SET_H_

#include <cstdint>

namespace quartet {

// The environment's QUARTET_MAX_ISA bounds what IsSupported says: "avx2" or "none", to see and to
// test what CPUs with less run. Read once; other values mean nothing, CheckMaxIsa tells.

// Each is the argument of templates whose code runs only where IsSupported() says so. An integer
// product's left side has the steps 0..kLargestStep, as wide as the set's dot products are exact.

// Intel from 2013, AMD from 2015. Its 8-bit dot product saturates, the 16-bit one is as fast.
struct Avx2 {
  using Step = std::int16_t;
  static constexpr int kLargestStep = 4095;  // see WideTypes
  static constexpr char kName[] = "AVX2";
  static bool IsSupported();  // this CPU has AVX2 and FMA
};

// F, BW, DQ and VL: Intel servers from 2017, AMD from 2022.
struct Avx512 {
  using Step = std::uint8_t;
  static constexpr int kLargestStep = 255;
  static constexpr char kName[] = "AVX-512";
  static bool IsSupported();
};

// Throws c10::Error that names the value of QUARTET_MAX_ISA, if it is none of the above.
void CheckMaxIsa();

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_INSTRUCTION_SET_H_
