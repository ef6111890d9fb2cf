#include "library/vector_values.h"

#include <bit>
#include <cstring>
#include <string>

namespace quartet::client {
namespace {

static_assert(std::endian::native == std::endian::little, "vectors come as little-endian numbers");

constexpr std::uint32_t kInfinity = 0x7F800000;

std::size_t CountOf(const std::string& bytes, std::size_t of_each) {
  return bytes.size() % of_each == 0 ? bytes.size() / of_each : 0;
}

}  // namespace

float FloatOf(std::uint16_t half) {
  // The fields in a float's places; what the exponents' biases differ by is multiplied in, which
  // makes a half's denormals right, too.
  const std::uint32_t fields = static_cast<std::uint32_t>(half & 0x7FFF) << 13;
  auto bits = std::bit_cast<std::uint32_t>(std::bit_cast<float>(fields) * 0x1p112F);
  if ((half & 0x7C00) == 0x7C00) bits |= kInfinity;  // or a NaN, by its fraction
  return std::bit_cast<float>(bits | static_cast<std::uint32_t>(half & 0x8000) << 16);
}

std::size_t DimensionOf(const v1::Embedding& embedding) {
  if (!embedding.float16_le().empty()) {
    return CountOf(embedding.float16_le(), sizeof(std::uint16_t));
  }
  if (!embedding.int8().empty()) return embedding.int8().size();
  return CountOf(embedding.float32_le(), sizeof(float));
}

void CopyValues(const v1::Embedding& embedding, std::span<float> values) {
  if (!embedding.float16_le().empty()) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::uint16_t half = 0;
      std::memcpy(&half, embedding.float16_le().data() + i * sizeof(half), sizeof(half));
      values[i] = FloatOf(half);
    }
  } else if (!embedding.int8().empty()) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] =
          embedding.scale() * static_cast<float>(static_cast<std::int8_t>(embedding.int8()[i]));
    }
  } else {
    std::memcpy(values.data(), embedding.float32_le().data(), values.size_bytes());
  }
}

}  // namespace quartet::client
