#include "calls/vector_bytes.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace quartet {
namespace {

static_assert(std::endian::native == std::endian::little, "halves are copied as they are");

constexpr float kLargestInt8 = 127;

// As floats' bits: the exponent is biased by 127, a half's by 15, and has 13 more bits behind it.
constexpr std::uint32_t kMagnitude = 0x7FFFFFFF;
constexpr std::uint32_t kInfinity = 0x7F800000;
constexpr std::uint32_t kTooLarge = 0x47800000;     // 2^16
constexpr std::uint32_t kLeastNormal = 0x38800000;  // 2^-14
constexpr std::uint32_t kRebias = (127 - 15) << 23;
constexpr int kLostBits = 13;

// Of floats from here to 2^24 the last bit is a 1: a sum is rounded to it, and ends in the integer.
constexpr float kRounding = 0x1.8p23F;

// Magnitudes are in the order of their bits, those of NaN last.
float LargestMagnitude(std::span<const float> values) {
  std::uint32_t largest = 0;
  for (const float value : values) {
    largest = std::max(largest, std::bit_cast<std::uint32_t>(value) & kMagnitude);
  }
  return std::bit_cast<float>(largest);
}

}  // namespace

std::uint16_t HalfOf(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000;
  const std::uint32_t magnitude = bits & kMagnitude;
  std::uint32_t half = 0;
  if (magnitude >= kTooLarge) {
    half = magnitude > kInfinity ? 0x7E00 : 0x7C00;
  } else if (magnitude >= kLeastNormal) {
    // A carry out of the fraction goes into the exponent, and past the largest to infinity.
    const std::uint32_t odd = (magnitude >> kLostBits) & 1;
    half = (magnitude - kRebias + (1U << (kLostBits - 1)) - 1 + odd) >> kLostBits;
  } else {
    // 2^-24, the unit of denormal halves, is that of the floats from 0.5 on: their addition rounds.
    const float sum = std::bit_cast<float>(magnitude) + 0.5F;
    half = std::bit_cast<std::uint32_t>(sum) - std::bit_cast<std::uint32_t>(0.5F);
  }
  return static_cast<std::uint16_t>(sign | half);
}

std::string HalfBytes(std::span<const float> values) {
  std::string bytes(values.size() * sizeof(std::uint16_t), 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint16_t half = HalfOf(values[i]);
    std::memcpy(&bytes[i * sizeof(half)], &half, sizeof(half));
  }
  return bytes;
}

Int8Vector Int8Of(std::span<const float> values) {
  Int8Vector vector = {.bytes = std::string(values.size(), 0)};
  const float scale = LargestMagnitude(values) / kLargestInt8;
  if (!std::isnormal(scale)) return vector;
  vector.scale = scale;
  for (std::size_t i = 0; i < values.size(); ++i) {
    vector.bytes[i] =
        static_cast<char>(std::bit_cast<std::uint32_t>(values[i] / scale + kRounding));
  }
  return vector;
}

}  // namespace quartet
