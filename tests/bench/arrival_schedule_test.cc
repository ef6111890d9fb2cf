#include "load/arrival_schedule.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace quartet::bench {
namespace {

TEST_CASE("constant arrivals do not drift", "[bench]") {
  ArrivalSchedule schedule(Arrivals::kConstant, 300, 1);
  Duration last{};
  for (int i = 0; i < 300'000; ++i) last = schedule.Next();
  CHECK(std::abs(ToSeconds(last) - 1000) < 1e-6);
}

TEST_CASE("Poisson arrivals have their rate, and gaps as spread out as their mean", "[bench]") {
  ArrivalSchedule schedule(Arrivals::kPoisson, 200, 1);
  constexpr int kArrivals = 100'000;
  double sum = 0;
  double sum_of_squares = 0;
  Duration before{};
  for (int i = 0; i < kArrivals; ++i) {
    const Duration now = schedule.Next();
    REQUIRE(now >= before);
    const double gap = ToSeconds(now - before);
    sum += gap;
    sum_of_squares += gap * gap;
    before = now;
  }
  const double mean = sum / kArrivals;
  CHECK(mean == Approx(1.0 / 200).epsilon(0.02));
  CHECK(std::sqrt(sum_of_squares / kArrivals - mean * mean) == Approx(mean).epsilon(0.02));
}

TEST_CASE("a seed gives the same arrivals again, another seed others", "[bench]") {
  ArrivalSchedule first(Arrivals::kPoisson, 100, 5);
  ArrivalSchedule again(Arrivals::kPoisson, 100, 5);
  ArrivalSchedule other(Arrivals::kPoisson, 100, 6);
  const Duration arrival = first.Next();
  CHECK(again.Next() == arrival);
  CHECK(other.Next() != arrival);
}

}  // namespace
}  // namespace quartet::bench
