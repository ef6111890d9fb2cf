#include "operator/monitor/view.h"

#include <cmath>

#include "client/monitor_pages.h"

namespace quartet {
namespace {

const MonitorOptions kOptions = {.metrics = "host:9464", .seconds = 2};
constexpr double kUnixSeconds = 1000 + 3 * 3600 + 12 * 60;

View ViewAt(const WatchedServer& server, double seconds) {
  return ViewOf(kOptions, server, {At(seconds), kUnixSeconds});
}

const std::string kLatency = "grpc_server_handling_seconds";

// The row of a label; `below`: so many rows further down.
Row RowOf(const View& view, const std::string& label, std::size_t below = 0) {
  for (std::size_t i = 0; i + below < view.rows.size(); ++i) {
    if (view.rows[i].label == label) return view.rows[i + below];
  }
  FAIL("no row " << label);
  return {};
}

TEST_CASE("each row says what was scraped", "[client]") {
  struct Case {
    std::string label;
    std::size_t below;
    Values grown;
    std::string text;
  };
  const std::vector<Case> table = {
      {"serving", 0, {}, "alive and ready"},
      {"memory", 0, {}, "50 % of its limit of 400 MB; the process 150 MB"},
      {"memory", 1, {}, "working set 200 MB, heap kept 2.5 MB"},
      {"cpu", 0, {{"process_cpu_seconds_total", 15}}, "75 % of its limit of 2.00 cores"},
      {"cpu", 1, {{"process_cpu_seconds_total", 15}}, "1.50 cores"},
      {"throttling", 0, {}, "no period with a quota"},
      {"calls", 0, {{kOkCalls, 100}, {"quartet_text_tokens_count", 250}}, "10.0/s, 25.0 texts/s"},
      {"calls", 1, {{kOkCalls, 100}}, "up to 10.0/s"},
      {"refusals", 0, {{kOkCalls, 100}, {"quartet_rejected_total", 2}}, "0.2/s, 2 % of 100 calls"},
      {"errors", 0, {{kOkCalls, 90}, {kInternalCalls, 10}}, "1.0/s, 10 % of 100 calls"},
      {"latency", 0, {}, "p50 -, p95 -, p99 -"},
      {"latency",
       0,
       {{Bucket(kLatency, "0.1"), 100}, {Bucket(kLatency, "+Inf"), 100}},
       "p50 50.0 ms, p95 95.0 ms, p99 99.0 ms"},
      {"latency",
       1,
       {{Bucket(kLatency, "0.1"), 100}, {Bucket(kLatency, "+Inf"), 100}},
       "up to 95.0 ms"},
      {"stages",
       0,
       {{Bucket("quartet_tokenize_seconds", "0.001"), 10},
        {Bucket("quartet_tokenize_seconds", "+Inf"), 10},
        {Bucket("quartet_inference_seconds", "0.01"), 10},
        {Bucket("quartet_inference_seconds", "+Inf"), 10}},
       "p95 tokenize 0.9 ms, queue -, inference 9.5 ms"},
      {"batches", 0, {}, "no forwards"},
      {"batches",
       0,
       {{"quartet_batch_items_count", 20},
        {"quartet_batch_items_sum", 50},
        {"quartet_batch_tokens_sum", 700}},
       "2.5 texts, 35 tokens a forward; 2.0 forwards/s"},
      {"queue",
       0,
       {{"quartet_queue_items", 7},
        {"quartet_queue_tokens", 90},
        {"quartet_queue_oldest_seconds", 0.012}},
       "7 texts, the oldest waits 12 ms, 90 tokens"},
  };
  for (const Case& row : table) {
    INFO(row.label);
    CHECK(RowOf(ViewAt(Watched(row.grown), 10), row.label, row.below).text == row.text);
  }
}

TEST_CASE("every finding has a row with its severity", "[client]") {
  const WatchedServer server = Watched(
      {{"quartet_cgroup_memory_working_set_bytes", 3.2e8}, {"process_cpu_seconds_total", 19.8}});
  const View view = ViewAt(server, 10);
  for (const Finding& finding : server.Findings()) {
    INFO(finding.subject);
    CHECK(RowOf(view, finding.subject).severity == finding.severity);
  }
  CHECK(RowOf(view, "memory").severity == Severity::kWarning);
  CHECK(RowOf(view, "cpu").severity == Severity::kCritical);
  CHECK(view.status.severity == Severity::kCritical);
}

TEST_CASE("a bar is the part of a limit, and without a limit there is none", "[client]") {
  const auto memory_bar = [](double used, double limit) {
    return RowOf(ViewAt(Watched({{"quartet_cgroup_memory_working_set_bytes", used},
                                 {"quartet_cgroup_memory_limit_bytes", limit}}),
                        10),
                 "memory", 1)
        .bar;
  };
  CHECK(memory_bar(1e8, 4e8) == 0.25);
  CHECK(memory_bar(5e8, 4e8) == 1.0);
  CHECK_FALSE(memory_bar(1e8, INFINITY).has_value());
  const View unlimited = ViewAt(Watched({{"quartet_cgroup_cpu_limit_cores", INFINITY}}), 10);
  CHECK(RowOf(unlimited, "cpu", 1).label == "throttling");
}

TEST_CASE("the past is drawn as parts of its highest", "[client]") {
  WatchedServer server = Watched({{kOkCalls, 100}});
  server.Add(WatchedPage({{kOkCalls, 500}}), At(20));
  server.Add(WatchedPage({{kOkCalls, 500}}), At(30));
  CHECK(RowOf(ViewAt(server, 30), "calls", 1).history == std::vector<double>{0.25, 1, 0});
  CHECK(RowOf(ViewAt(server, 30), "latency", 1).history == std::vector<double>{0, 0, 0});
}

TEST_CASE("the head names the server, its model and its age", "[client]") {
  const View view = ViewAt(Watched({}), 13);
  CHECK(view.title == "quartet monitor  host:9464");
  CHECK(view.server == "mini, int8; version 0.1.0; up 3 h 12 min");
  CHECK(view.status.severity == Severity::kNormal);
  CHECK(view.status.text == "scraped 3 s ago, every 2 s");
  CHECK(view.failure.empty());
}

TEST_CASE("before the second scrape there is no row yet", "[client]") {
  WatchedServer server;
  CHECK(ViewAt(server, 0).server.empty());
  server.Add(WatchedPage(), At(0));
  const View view = ViewAt(server, 0);
  CHECK(view.rows.empty());
  CHECK_FALSE(view.status.severity.has_value());
  CHECK_THAT(view.status.text, Catch::Contains("second scrape, in 2 s"));
}

TEST_CASE("a failed scrape is critical, and old rows are not judged", "[client]") {
  WatchedServer server = Watched({});
  server.Add(absl::UnavailableError("no\x1b[31m answer\n"), At(12));
  const View view = ViewAt(server, 15);
  CHECK(view.status.severity == Severity::kCritical);
  CHECK(view.status.text == "no metrics for 5 s; what is below is old");
  CHECK(view.failure == "no?[31m answer?");
  CHECK_FALSE(view.rows.empty());
  for (const Row& row : view.rows) CHECK_FALSE(row.severity.has_value());

  WatchedServer never_seen;
  never_seen.Add(absl::UnavailableError("gone"), At(0));
  CHECK(ViewAt(never_seen, 1).status.text == "no metrics yet");
}

TEST_CASE("everything fits into 80 columns and 24 lines", "[client]") {
  const View view = ViewAt(Watched({{"quartet_queue_items", 1000},
                                    {"quartet_queue_tokens", 65536},
                                    {"quartet_queue_oldest_seconds", 1},
                                    {kOkCalls, 100000}}),
                           10);
  CHECK(view.rows.size() + 4 <= 24);
  for (const Row& row : view.rows) {
    INFO(row.text);
    CHECK(row.text.size() + (row.bar ? 20 : 0) <= 57);
  }
}

}  // namespace
}  // namespace quartet
