#include "operator/plan/quantity.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace quartet {
namespace {

TEST_CASE("a quantity is read as Kubernetes writes it", "[client]") {
  const std::vector<std::pair<std::string, double>> table = {
      {"3", 3},
      {"1.5", 1.5},
      {"500m", 0.5},
      {"0", 0},
      {".5", 0.5},
      {"100u", 1e-4},
      {"1n", 1e-9},
      {"8k", 8e3},
      {"8M", 8e6},
      {"8G", 8e9},
      {"1.5G", 1.5e9},
      {"1T", 1e12},
      {"1P", 1e15},
      {"1E", 1e18},
      {"1Ki", 1024},
      {"512Mi", 5.36870912e8},
      {"2Gi", 2147483648},
      {"1Ti", 0x1p40},
      {"1Pi", 0x1p50},
      {"1Ei", 0x1p60},
      {"2e3", 2e3},
      {"2E3", 2e3},
      {"5e-1", 0.5},
  };
  for (const auto& [text, value] : table) {
    INFO(text);
    const std::optional<double> read = ParseQuantity(text);
    REQUIRE(read.has_value());
    CHECK(*read == Approx(value).margin(1e-12));
  }
}

TEST_CASE("what is no quantity is not read", "[client]") {
  for (const std::string text :
       {"",     "x",     "m", "Gi", "-1",  "+1",    "1 G",  " 1",  "1g",  "1mi",  "1GB",
        "8Gib", "1.2.3", ".", "1e", "2e+", "1e999", "1e9G", "inf", "nan", "0x10", "1,5"}) {
    INFO(text);
    CHECK_FALSE(ParseQuantity(text).has_value());
  }
}

TEST_CASE("a quantity that is written is read back", "[client]") {
  CHECK(CpuQuantity(2) == "2");
  CHECK(CpuQuantity(1.4) == "1400m");
  CHECK(CpuQuantity(0.35) == "350m");
  CHECK(MemoryQuantity(4e8) == "400M");
  CHECK(ParseQuantity(CpuQuantity(1.4)) == Approx(1.4));
  CHECK(ParseQuantity(MemoryQuantity(5e8)) == Approx(5e8));
}

}  // namespace
}  // namespace quartet
