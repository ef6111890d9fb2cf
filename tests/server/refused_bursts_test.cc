#include "refused_bursts.h"

#include <array>
#include <catch2/catch.hpp>
#include <vector>

namespace quartet {
namespace {

using std::chrono::milliseconds;

using Counts = std::array<double, 4>;

constexpr TimePoint kStart{std::chrono::hours(1)};

// Looks every 200 ms, as the watchdog does.
class Looking {
 protected:
  std::optional<RefusedBurst<Counts>> Look(double more = 0) {
    counts_[0] += more;
    now_ += milliseconds(200);
    return bursts_.Look(now_, counts_);
  }

  TimePoint now_ = kStart;
  Counts counts_{};
  RefusedBursts<Counts> bursts_{kStart};
};

TEST_CASE_METHOD(Looking, "without refusals there is nothing to tell", "[server]") {
  for (int i = 0; i < 100; ++i) CHECK_FALSE(Look());
}

TEST_CASE_METHOD(Looking, "a burst is told once, a second after its end", "[server]") {
  CHECK_FALSE(Look(10));
  CHECK_FALSE(Look(0));
  CHECK_FALSE(Look(5));
  for (int i = 0; i < 4; ++i) CHECK_FALSE(Look());
  const auto burst = Look();
  REQUIRE(burst);
  CHECK(burst->calls == Counts{15, 0, 0, 0});
  CHECK(burst->lasted == milliseconds(600));
  for (int i = 0; i < 100; ++i) CHECK_FALSE(Look());
}

TEST_CASE_METHOD(Looking, "one that goes on is told every ten seconds, each refusal once",
                 "[server]") {
  std::vector<double> told;
  for (int i = 0; i < 101; ++i) {
    if (const auto burst = Look(1)) told.push_back(burst->calls[0]);
  }
  REQUIRE(told.size() == 2);
  while (told.size() < 3) {
    if (const auto burst = Look()) told.push_back(burst->calls[0]);
  }
  CHECK(told[0] + told[1] + told[2] == 101);
}

TEST_CASE_METHOD(Looking, "the next burst begins anew", "[server]") {
  CHECK_FALSE(Look(10));
  for (int i = 0; i < 5; ++i) Look();
  CHECK_FALSE(Look(3));
  for (int i = 0; i < 4; ++i) CHECK_FALSE(Look());
  const auto burst = Look();
  REQUIRE(burst);
  CHECK(burst->calls[0] == 3);
  CHECK(burst->lasted == milliseconds(200));
}

}  // namespace
}  // namespace quartet
