#include "operator/monitor/watched_server.h"

#include "client/monitor_pages.h"

namespace quartet {
namespace {

double CallsPerSecond(const WatchedServer& server) {
  return server.LastInterval().value().PerSecond("grpc_server_handled_total", kEmbedCalls);
}

TEST_CASE("rates need two good scrapes", "[client]") {
  WatchedServer server;
  CHECK_FALSE(server.SecondsSinceScrape(At(0)).has_value());
  server.Add(WatchedPage({{kOkCalls, 1000}}), At(0));
  CHECK_FALSE(server.LastInterval().has_value());
  CHECK(server.Findings().empty());
  CHECK(server.moments().empty());
  server.Add(WatchedPage({{kOkCalls, 1040}}), At(2));
  CHECK(CallsPerSecond(server) == Approx(20));
  CHECK(server.Findings().size() >= 10);
  CHECK(server.SecondsSinceScrape(At(5)).value() == Approx(3));
}

TEST_CASE("a failed scrape is told, and rates go on over the gap", "[client]") {
  WatchedServer server = Watched({{kOkCalls, 100}});
  server.Add(absl::UnavailableError("gone"), At(12));
  CHECK(server.status().message() == "gone");
  CHECK(CallsPerSecond(server) == Approx(10));  // the last that is known
  CHECK(server.SecondsSinceScrape(At(13)).value() == Approx(3));
  server.Add(WatchedPage({{kOkCalls, 180}}), At(14));
  CHECK(server.status().ok());
  CHECK(CallsPerSecond(server) == Approx(20));
}

TEST_CASE("all that a restarted server has counted is new", "[client]") {
  WatchedServer server = Watched({{kOkCalls, 100000}});
  server.Add(WatchedPage({{kOkCalls, 30}, {"process_start_time_seconds", 2000}}), At(20));
  CHECK(CallsPerSecond(server) == Approx(3));
}

TEST_CASE("a start time that trembles is no restart", "[client]") {
  WatchedServer server = Watched({{kOkCalls, 1000}});
  server.Add(WatchedPage({{kOkCalls, 1010}, {"process_start_time_seconds", 1000.001}}), At(20));
  CHECK(CallsPerSecond(server) == Approx(1));
}

TEST_CASE("the past is kept for so many moments", "[client]") {
  WatchedServer server;
  for (int i = 0; i <= 100; ++i) {
    server.Add(WatchedPage({{kOkCalls, i * i / 2.0},
                            {Bucket("grpc_server_handling_seconds", "0.1"), i},
                            {Bucket("grpc_server_handling_seconds", "+Inf"), i}}),
               At(i));
  }
  REQUIRE(server.moments().size() == kMomentsKept);
  CHECK(server.moments().front().calls_per_second == Approx(60.5));
  CHECK(server.moments().back().calls_per_second == Approx(99.5));
  CHECK(server.moments().back().p95_seconds == Approx(0.095));
}

}  // namespace
}  // namespace quartet
