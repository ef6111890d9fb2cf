#include "library/vector_values.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace quartet::client {
namespace {

constexpr float kInfinite = std::numeric_limits<float>::infinity();

std::vector<float> ValuesOf(const v1::Embedding& embedding) {
  std::vector<float> values(DimensionOf(embedding));
  CopyValues(embedding, values);
  return values;
}

TEST_CASE("a half is what its fields say", "[client]") {
  struct Row {
    std::string claim;
    std::uint16_t half;
    float value;
  };
  const std::vector<Row> table = {{"zero", 0x0000, 0},
                                  {"the least", 0x0001, 0x1p-24F},
                                  {"the largest denormal", 0x03FF, 1023 * 0x1p-24F},
                                  {"the least normal", 0x0400, 0x1p-14F},
                                  {"one", 0x3C00, 1},
                                  {"a negative one", 0xC100, -2.5F},
                                  {"the largest", 0x7BFF, 65504},
                                  {"infinity", 0x7C00, kInfinite},
                                  {"negative infinity", 0xFC00, -kInfinite}};
  for (const Row& row : table) {
    INFO(row.claim);
    CHECK(FloatOf(row.half) == row.value);
  }
  CHECK(std::isnan(FloatOf(0x7E00)));
}

TEST_CASE("vectors come in each encoding", "[client]") {
  v1::Embedding floats;
  floats.set_float32_le(std::string("\x00\x00\x80\x3F\x00\x00\x00\xC0", 8));
  CHECK(ValuesOf(floats) == std::vector<float>{1, -2});
  v1::Embedding halves;
  halves.set_float16_le(std::string("\x00\x3C\x00\xC0", 4));
  CHECK(ValuesOf(halves) == std::vector<float>{1, -2});
  v1::Embedding bytes;
  bytes.set_int8("\x02\x7F\x81");
  bytes.set_scale(0.5F);
  CHECK(ValuesOf(bytes) == std::vector<float>{1, 63.5F, -63.5F});
}

TEST_CASE("a part of a number is no vector", "[client]") {
  v1::Embedding floats;
  floats.set_float32_le("12345");
  CHECK(DimensionOf(floats) == 0);
  v1::Embedding halves;
  halves.set_float16_le("123");
  CHECK(DimensionOf(halves) == 0);
  CHECK(DimensionOf({}) == 0);
}

}  // namespace
}  // namespace quartet::client
