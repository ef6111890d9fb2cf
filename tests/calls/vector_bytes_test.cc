#include "calls/vector_bytes.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace quartet {
namespace {

constexpr float kInfinite = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// What a half stands for, by the definition of its three fields.
float FloatOf(std::uint16_t half) {
  const int exponent = (half >> 10) & 0x1F;
  const int fraction = half & 0x3FF;
  const float sign = (half & 0x8000) != 0 ? -1.0F : 1.0F;
  if (exponent == 0x1F) return fraction == 0 ? sign * kInfinite : kNan;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  return sign * std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
}

TEST_CASE("a half stays what it is", "[calls]") {
  for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = FloatOf(half);
    INFO("half " << bits);
    if (std::isnan(value)) {
      REQUIRE(std::isnan(FloatOf(HalfOf(value))));
    } else {
      REQUIRE(HalfOf(value) == half);
    }
  }
}

TEST_CASE("between two halves the nearer one is taken, of two as near the even one", "[calls]") {
  // From 0 over the denormal ones to the last before infinity.
  for (std::uint16_t lower = 0; lower < 0x7BFF; ++lower) {
    const auto upper = static_cast<std::uint16_t>(lower + 1);
    const float middle = (FloatOf(lower) + FloatOf(upper)) / 2;
    INFO("half " << lower);
    REQUIRE(HalfOf(middle) == (lower % 2 == 0 ? lower : upper));
    REQUIRE(HalfOf(std::nextafter(middle, 0.0F)) == lower);
    REQUIRE(HalfOf(std::nextafter(middle, kInfinite)) == upper);
    REQUIRE(HalfOf(-middle) == (0x8000 | HalfOf(middle)));
  }
}

TEST_CASE("what no half can hold becomes infinity, or nothing", "[calls]") {
  struct Row {
    std::string claim;
    float value;
    std::uint16_t half;
  };
  const std::vector<Row> table = {{"the last below", 65519.996F, 0x7BFF},
                                  {"the middle between 65504 and 65536", 65520, 0x7C00},
                                  {"a large one", 1e30F, 0x7C00},
                                  {"a large negative one", -1e30F, 0xFC00},
                                  {"infinity", kInfinite, 0x7C00},
                                  {"half of the least", 0x1p-25F, 0x0000},
                                  {"a little more", 0x1.000002p-25F, 0x0001},
                                  {"a float's denormal", 1e-40F, 0x0000},
                                  {"a negative zero", -0.0F, 0x8000}};
  for (const Row& row : table) {
    INFO(row.claim);
    CHECK(HalfOf(row.value) == row.half);
  }
}

TEST_CASE("halves are written with the low byte first", "[calls]") {
  CHECK(HalfBytes(std::vector<float>{1, -2}) == std::string("\x00\x3C\x00\xC0", 4));
}

std::vector<int> Numbers(const Int8Vector& vector) {
  std::vector<int> numbers;
  for (const char byte : vector.bytes) numbers.push_back(static_cast<std::int8_t>(byte));
  return numbers;
}

TEST_CASE("the largest magnitude is 127 steps, the others are the nearest step", "[calls]") {
  struct Row {
    std::string claim;
    std::vector<float> values;
    float scale;
    std::vector<int> bytes;
  };
  const float step = std::numeric_limits<float>::min();
  const std::vector<Row> table = {
      {"a positive one is the largest", {254, -127, 0, 2}, 2, {127, -64, 0, 1}},
      {"a negative one is the largest", {1, -127}, 1, {1, -127}},
      {"halves of a step go to the even one",
       {127, 0.5F, 1.5F, -0.5F, -2.5F},
       1,
       {127, 0, 2, 0, -2}},
      {"a little more than a half goes up", {127, 0.51F, -0.51F}, 1, {127, 1, -1}},
      {"one value", {-3.81F}, 0.03F, {-127}},
      {"the least scale", {127 * step, step}, step, {127, 1}},
      {"zeros have no scale", {0, -0.0F}, 0, {0, 0}},
      {"nor have values that are too small for one", {1e-37F, 1e-37F}, 0, {0, 0}},
      {"nor has infinity", {1, -kInfinite}, 0, {0, 0}},
      {"nor a NaN", {1, kNan}, 0, {0, 0}},
      {"nor no value", {}, 0, {}}};
  for (const Row& row : table) {
    INFO(row.claim);
    const Int8Vector vector = Int8Of(row.values);
    CHECK(vector.scale == Approx(row.scale));
    CHECK(Numbers(vector) == row.bytes);
  }
}

TEST_CASE("no value is further from its byte than half of a step", "[calls]") {
  std::vector<float> values;
  for (int i = 0; i < 1000; ++i) values.push_back(std::sin(static_cast<float>(i)) / 7);
  const Int8Vector vector = Int8Of(values);
  const std::vector<int> numbers = Numbers(vector);
  for (std::size_t i = 0; i < values.size(); ++i) {
    INFO("value " << i);
    CHECK(std::fabs(vector.scale * static_cast<float>(numbers[i]) - values[i]) <=
          vector.scale * 0.50001F);
  }
}

}  // namespace
}  // namespace quartet
