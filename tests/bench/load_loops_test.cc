#include "load/load_loops.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "bench/simulated_server.h"
#include "load/load_result.h"

namespace quartet::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kStart{};
const TextSource kTexts{.texts = {"a", "b", "c", "d", "e"}, .texts_per_call = 2};

LoadLimits Limits(Duration length) {
  return {.start = kStart, .end = kStart + length, .max_calls = 100'000, .in_flight_cap = 1000};
}

// 100 calls a second for 10 s to a server that needs 20 ms and stalls from 5 s to 6 s.
LoadResult StalledOpenLoop() {
  SimulatedServer server(milliseconds(20), kStart + seconds(5), kStart + seconds(6));
  CallLog log;
  RunOpenLoop(Limits(seconds(10)), ArrivalSchedule(Arrivals::kConstant, 100, 1), kTexts, server,
              server, log);
  return Evaluate(log.Take(), {.start = kStart, .end = kStart + seconds(10)});
}

TEST_CASE("an open loop charges a stall to every call that was due in it", "[bench]") {
  const LoadResult result = StalledOpenLoop();
  // By hand: calls at 10 ms, 20 ms .. 9.99 s, 999 in all. The 101 from 4.99 s to 5.99 s are there
  // during the stall: 4.99 and 5.00 s wait all of it, 5.01 s 0.99 s, .., 5.99 s 0.01 s, and 20 ms
  // for the service. p99 has rank 990, so it is the tenth longest of 1.02, 1.02, 1.01, .. s; p90
  // has rank 900, so it is the second of those after the 898 that took 20 ms: 30 ms, 40 ms.
  CHECK(result.latency.count == 999);
  CHECK(result.latency.p50 == Approx(20));
  CHECK(result.latency.p90 == Approx(40));
  CHECK(result.latency.max == Approx(1020));
  CHECK(result.latency.p99 == Approx(940));
  CHECK(result.send_lag.max == Approx(0).margin(1e-6));
  CHECK(result.offered_calls_per_second == Approx(99.9));
}

TEST_CASE("a closed loop of one client meets a stall once", "[bench]") {
  SimulatedServer server(milliseconds(20), kStart + seconds(5), kStart + seconds(6));
  CallLog log;
  RunClosedLoop(Limits(seconds(10)), 1, kTexts, server, server, log);
  const LoadResult result = Evaluate(log.Take(), {.start = kStart, .end = kStart + seconds(10)});
  CHECK(result.latency.count == 450);
  CHECK(result.latency.p99 == Approx(20));
  CHECK(result.latency.max == Approx(1020));
}

TEST_CASE("a closed loop never has more calls in flight than clients", "[bench]") {
  SimulatedServer server(milliseconds(20), kStart, kStart);
  CallLog log;
  RunClosedLoop(Limits(seconds(1)), 7, kTexts, server, server, log);
  CHECK(server.most_in_flight == 7);
  CHECK(log.size() == std::size_t{7} * 50);
  CHECK(server.texts_started == 2 * server.calls_started);
}

TEST_CASE("a closed loop ends at its number of calls", "[bench]") {
  SimulatedServer server(milliseconds(20), kStart, kStart);
  CallLog log;
  LoadLimits limits = Limits(seconds(1));
  limits.max_calls = 10;
  RunClosedLoop(limits, 3, kTexts, server, server, log);
  CHECK(log.size() == 10);
}

TEST_CASE("an open loop ends at its number of calls", "[bench]") {
  SimulatedServer server(milliseconds(20), kStart, kStart);
  CallLog log;
  LoadLimits limits = Limits(seconds(1));
  limits.max_calls = 10;
  RunOpenLoop(limits, ArrivalSchedule(Arrivals::kPoisson, 100, 1), kTexts, server, server, log);
  CHECK(log.size() == 10);
}

TEST_CASE("calls above the cap are not sent, and said so", "[bench]") {
  SimulatedServer server(seconds(5), kStart, kStart);
  CallLog log;
  LoadLimits limits = Limits(milliseconds(205));
  limits.in_flight_cap = 8;
  RunOpenLoop(limits, ArrivalSchedule(Arrivals::kConstant, 100, 1), kTexts, server, server, log);
  const LoadResult result =
      Evaluate(log.Take(), {.start = kStart, .end = kStart + milliseconds(205)});
  CHECK(server.most_in_flight == 8);
  CHECK(result.calls_by_status.at(kOk) == 8);
  CHECK(result.calls_by_status.at(kNotSent) == 12);
}

TEST_CASE("calls take consecutive texts, round and round", "[bench]") {
  const auto of = [](std::size_t number) {
    const auto texts = kTexts.OfCall(number);
    return std::vector<std::string>(texts.begin(), texts.end());
  };
  CHECK(of(0) == std::vector<std::string>{"a", "b"});
  CHECK(of(1) == std::vector<std::string>{"c", "d"});
  CHECK(of(2) == std::vector<std::string>{"a", "b"});
}

}  // namespace
}  // namespace quartet::bench
