#include "operator/plan/cost_model.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

constexpr double kShort = 13.7;  // tokens a text of the bench's mixes
constexpr double kMixed = 67.9;
constexpr double kNoCalls = 1e9;  // texts a call: the engine's rows have none

TEST_CASE("the cost model meets the rows of the bench, those it was made from closely",
          "[client]") {
  struct Row {
    std::string where;  // bench/results/full.md
    Precision precision;
    double tokens;
    double texts_per_call;
    double texts_per_second;  // measured, on two cores
    double tolerance;
  };
  const std::vector<Row> table = {
      {"quartet, 16 clients", Precision::kInt8, kShort, 1, 1078, 0.05},
      {"quartet, 64 clients", Precision::kInt8, kShort, 1, 1164, 0.10},
      {"quartet, 4 clients", Precision::kInt8, kShort, 1, 1142, 0.10},
      {"quartet, 32 texts a call", Precision::kInt8, kShort, 32, 1451, 0.05},
      {"quartet fp32, 16 clients", Precision::kFp32, kShort, 1, 650, 0.05},
      {"quartet fp32, 64 clients", Precision::kFp32, kShort, 1, 674, 0.05},
      {"quartet fp32, 32 texts a call", Precision::kFp32, kShort, 32, 715, 0.10},
      // The engine alone, 2 lanes of 1 thread.
      {"quartet, one-16", Precision::kInt8, 16, kNoCalls, 1142, 0.25},
      {"quartet, one-128", Precision::kInt8, 128, kNoCalls, 132, 0.25},
      {"quartet, fours-short", Precision::kInt8, kShort, kNoCalls, 1282, 0.25},
      {"quartet, fours-mixed", Precision::kInt8, kMixed, kNoCalls, 290, 0.25},
      {"quartet bf16, fours-short", Precision::kBf16, kShort, kNoCalls, 732, 0.05},
      {"quartet bf16, fours-mixed", Precision::kBf16, kMixed, kNoCalls, 157, 0.25},
      {"quartet bf16, one-128", Precision::kBf16, 128, kNoCalls, 88.7, 0.25},
      {"quartet fp32, fours-mixed", Precision::kFp32, kMixed, kNoCalls, 193, 0.25},
      {"quartet fp32, one-128", Precision::kFp32, 128, kNoCalls, 101, 0.25},
  };
  for (const Row& row : table) {
    INFO(row.where);
    const double predicted =
        TextsPerSecond(MeasuredCost(row.precision), 2, row.tokens, row.texts_per_call);
    CHECK(predicted == Approx(row.texts_per_second).epsilon(row.tolerance));
  }
}

TEST_CASE("capacity follows cores, tokens and texts a call", "[client]") {
  const Cost cost = {.per_token = 100, .per_call = 400};
  CHECK(TextsPerSecond(cost, 1, 6, 1) == Approx(1000));
  CHECK(TextsPerSecond(cost, 2, 6, 1) == Approx(2000));
  CHECK(TextsPerSecond(cost, 1, 16, 1) == Approx(500));
  CHECK(TextsPerSecond(cost, 1, 6, 2) == Approx(1250));
}

TEST_CASE("a memory limit leaves the most that is used below the first threshold", "[client]") {
  CHECK(MemoryLimit(Precision::kInt8) == 4e8);
  CHECK(MemoryLimit(Precision::kFp32) == 5e8);
  CHECK(MemoryLimit(Precision::kBf16) == 5e8);
}

TEST_CASE("a precision has one name", "[client]") {
  for (const std::string name : {"int8", "bf16", "fp32"}) {
    CHECK(NameOf(PrecisionOf(name).value()) == name);
  }
  CHECK_FALSE(PrecisionOf("int4").has_value());
}

}  // namespace
}  // namespace quartet
