#include "pipeline/service_rate.h"

#include <catch2/catch.hpp>
#include <chrono>

namespace quartet {
namespace {

using std::chrono::milliseconds;

TEST_CASE("nothing is known before enough was measured", "[pipeline]") {
  ServiceRate rate(2);
  CHECK_FALSE(rate.TokensPerSecond().has_value());
  rate.Add(1000, Duration::zero(), 1);  // a clock that stands still
  CHECK_FALSE(rate.TokensPerSecond().has_value());
  rate.Add(255, milliseconds(10), 1);
  CHECK_FALSE(rate.TokensPerSecond().has_value());
  rate.Add(1, milliseconds(10), 1);
  CHECK(rate.TokensPerSecond().has_value());
}

TEST_CASE("the rate is that of all lanes", "[pipeline]") {
  ServiceRate one(1);
  one.Add(1000, milliseconds(100), 1);
  CHECK(one.TokensPerSecond().value() == Approx(10'000));
  ServiceRate two(2);
  two.Add(1000, milliseconds(100), 1);
  CHECK(two.TokensPerSecond().value() == Approx(20'000));
}

TEST_CASE("a forward on two lanes took both", "[pipeline]") {
  ServiceRate rate(2);
  rate.Add(1000, milliseconds(100), 2);
  CHECK(rate.TokensPerSecond().value() == Approx(10'000));
}

TEST_CASE("what is old is forgotten, and one odd forward changes little", "[pipeline]") {
  ServiceRate rate(1);
  rate.Add(1000, milliseconds(100), 1);
  for (int i = 0; i < 40; ++i) rate.Add(1000, milliseconds(100), 1);
  rate.Add(100, milliseconds(20), 1);
  CHECK(rate.TokensPerSecond().value() > 9'700);
  for (int i = 0; i < 400; ++i) rate.Add(100, milliseconds(20), 1);
  CHECK(rate.TokensPerSecond().value() == Approx(5'000).epsilon(0.01));
}

}  // namespace
}  // namespace quartet
