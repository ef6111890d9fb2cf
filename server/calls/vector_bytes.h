// Vectors in fewer bytes. Pure functions.
#ifndef QUARTET_CALLS_VECTOR_BYTES_H_
#define QUARTET_CALLS_VECTOR_BYTES_H_

#include <cstdint>
#include <span>
#include <string>

namespace quartet {

// IEEE 754 half precision, rounded to nearest, ties to even. From 65520 on: infinity. A NaN stays
// one.
std::uint16_t HalfOf(float value);

// 2 bytes a value, little-endian.
std::string HalfBytes(std::span<const float> values);

struct Int8Vector {
  std::string bytes;  // one a value, in two's complement: -127..127
  float scale = 0;    // value = scale * byte, give or take scale / 2
};

// The value of the largest magnitude becomes 127 or -127, the others are rounded to nearest, ties
// to even. Scale and bytes are 0 where no scale would do: of zeros, of values that are all below
// 1.5e-36, and of a vector with an infinity or a NaN.
Int8Vector Int8Of(std::span<const float> values);

}  // namespace quartet

#endif  // QUARTET_CALLS_VECTOR_BYTES_H_
