#include "load/load_result.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "load/load_loops.h"
#include "load/transport.h"

namespace quartet::bench {
namespace {

using std::chrono::milliseconds;

TimePoint At(int ms) { return TimePoint{} + milliseconds(ms); }

TEST_CASE("a percentile is a sample, by nearest rank", "[bench]") {
  std::vector<double> hundred;
  for (int i = 1; i <= 100; ++i) hundred.push_back(i);
  struct Row {
    std::vector<double> samples;
    double quantile;
    double expected;
  };
  const Row rows[] = {
      {hundred, 0.5, 50}, {hundred, 0.99, 99}, {hundred, 0.999, 100},
      {hundred, 0, 1},    {hundred, 1, 100},   {{7}, 0.5, 7},
      {{7}, 0.999, 7},    {{1, 2}, 0.5, 1},    {{1, 2, 3}, 0.34, 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.samples.size(), row.quantile);
    CHECK(Percentile(row.samples, row.quantile) == row.expected);
  }
}

TEST_CASE("samples need not come in order", "[bench]") {
  const LatencySummary summary = Summarize({3, 1, 2});
  CHECK(summary.count == 3);
  CHECK(summary.mean == Approx(2));
  CHECK(summary.p50 == 2);
  CHECK(summary.max == 3);
  CHECK(Summarize({}).count == 0);
}

TEST_CASE("only what was intended in the window counts, and failures have no latency", "[bench]") {
  const std::vector<CallRecord> records = {
      {At(900), At(900), At(1100), kOk},    // warm-up, answered in the window
      {At(1000), At(1010), At(1030), kOk},  // sent 10 ms late
      {At(1500), At(1500), At(1501), "UNAVAILABLE"},
      {At(1600), At(1600), At(1600), kNotSent},
      {At(1990), At(1990), At(2090), kOk},  // answered after the window
      {At(2000), At(2000), At(2001), kOk},  // after it
  };
  const LoadResult result = Evaluate(records, {.start = At(1000), .end = At(2000)});
  CHECK(result.seconds == 1);
  CHECK(result.offered_calls_per_second == 4);
  CHECK(result.achieved_calls_per_second == 2);
  CHECK(result.calls_by_status ==
        std::map<std::string, std::size_t>{{kOk, 2}, {"UNAVAILABLE", 1}, {kNotSent, 1}});
  CHECK(result.latency.count == 2);
  CHECK(result.latency.p50 == Approx(30));
  CHECK(result.latency.max == Approx(100));
  CHECK(result.service.p50 == Approx(20));
  CHECK(result.failure.count == 1);
  CHECK(result.failure.max == Approx(1));
  CHECK(result.send_lag.max == Approx(10));
}

}  // namespace
}  // namespace quartet::bench
