#include "operator/monitor/line.h"

#include "client/monitor_pages.h"
#include "operator/monitor/words.h"

namespace quartet {
namespace {

TEST_CASE("a line has the worst severity and the figures", "[client]") {
  const std::string latency = "grpc_server_handling_seconds";
  const WatchedServer server = Watched({{kOkCalls, 100},
                                        {"quartet_queue_items", 7},
                                        {"process_cpu_seconds_total", 5},
                                        {Bucket(latency, "0.1"), 100},
                                        {Bucket(latency, "+Inf"), 100}});
  CHECK(LineOf(server, At(10)) ==
        "normal    10.0 calls/s, p50 50.0 ms, p95 95.0 ms, queue 7, memory 200 MB, cpu 0.50 cores");
}

TEST_CASE("a line ends with what is worst", "[client]") {
  const WatchedServer server =
      Watched({{"quartet_cgroup_memory_working_set_bytes", 3.2e8}, {"quartet_alive", 0}});
  CHECK_THAT(LineOf(server, At(10)), Catch::StartsWith("critical  0.0 calls/s, p50 -, p95 -"));
  CHECK_THAT(LineOf(server, At(10)),
             Catch::EndsWith("; serving: a forward is stuck: liveness is NOT_SERVING"));
}

TEST_CASE("a line of a failed scrape says for how long and why", "[client]") {
  WatchedServer server = Watched({});
  server.Add(absl::UnavailableError("no\nanswer"), At(12));
  CHECK(LineOf(server, At(14)) == "critical  no metrics for 4 s: no?answer");
}

TEST_CASE("an age has its two largest units", "[client]") {
  CHECK(Age(-5) == "0 s");
  CHECK(Age(59.9) == "59 s");
  CHECK(Age(60) == "1 min");
  CHECK(Age(3 * 3600 + 12 * 60 + 5) == "3 h 12 min");
  CHECK(Age(5 * 86400 + 3 * 3600) == "5 d 3 h");
}

}  // namespace
}  // namespace quartet
