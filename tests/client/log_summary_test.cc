#include "operator/logs/log_summary.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "operator/logs/log_report.h"

namespace quartet {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

std::string Line(const std::string& level, const std::string& event, const std::string& rest = "",
                 const std::string& time = "2026-11-24T00:00:00.000Z") {
  return R"({"time":")" + time + R"(","level":")" + level + R"(","event":")" + event + "\"" + rest +
         "}";
}

LogSummary SummaryOf(const std::vector<std::string>& lines, std::size_t slow = 2) {
  LogSummary summary(slow);
  for (const std::string& line : lines) summary.Add(line);
  return summary;
}

TEST_CASE("each start after the first life is a restart, clean if that said its end", "[client]") {
  struct Row {
    std::vector<std::string> events;
    std::uint64_t clean;
    std::uint64_t unclean;
  };
  const std::vector<Row> table = {
      {{}, 0, 0},
      {{"starting", "settings", "ready", "draining", "stopped"}, 0, 0},
      {{"starting", "ready", "draining", "stopped", "starting", "ready"}, 1, 0},
      {{"starting", "ready", "starting", "ready"}, 0, 1},
      {{"starting", "ready", "draining", "starting", "ready"}, 0, 1},
      {{"starting", "starting", "ready"}, 0, 1},
      {{"starting", "start failed", "starting", "start failed"}, 1, 0},
      {{"start failed", "start failed", "starting", "ready"}, 2, 0},
      {{"starting", "ready", "draining", "stopped without waiting", "starting"}, 1, 0},
      {{"ready", "ready", "stopped", "ready"}, 1, 1},       // a log without `starting`
      {{"memory is short", "stopped", "starting"}, 1, 0},   // it begins in the middle of a life
      {{"draining", "starting", "ready"}, 0, 1},            // likewise
      {{"starting", "ready", "ready", "slow call"}, 0, 1},  // killed, then cut
  };
  for (const Row& row : table) {
    Lives lives;
    std::string all;
    for (const std::string& event : row.events) {
      lives.Add(event);
      all += event + ", ";
    }
    INFO(all);
    CHECK(lives.clean_restarts() == row.clean);
    CHECK(lives.unclean_restarts() == row.unclean);
  }
}

TEST_CASE("lines are counted by level and kind, whatever their order", "[client]") {
  const LogSummary summary = SummaryOf({
      Line("info", "ready", "", "2026-11-24T00:00:02.000Z"),
      Line("error", "call failed", R"(,"code":"INTERNAL","message":"x")"),
      Line("error", "call failed", R"(,"code":"INTERNAL","message":"y")", "2026-11-24T00:00:09Z"),
      Line("error", "start failed", R"(,"reason":"no such file")"),
      Line("error", "a forward is stuck"),
      "",
      "2026-11-24T02:04:27.123Z info ready address=x",
      "terminate called",
  });
  CHECK(summary.lines() == 7);
  CHECK(summary.not_json() == 2);
  CHECK(summary.text_lines() == 1);
  CHECK(summary.first_time() == "2026-11-24T00:00:00.000Z");
  CHECK(summary.last_time() == "2026-11-24T00:00:09Z");
  CHECK(summary.levels().counts() == Counts{{"info", 1}, {"error", 4}});
  CHECK(summary.errors().counts() == Counts{{"call failed: INTERNAL", 2},
                                            {"start failed: no such file", 1},
                                            {"a forward is stuck", 1}});
  CHECK(summary.failed_starts().counts() == Counts{{"no such file", 1}});
}

TEST_CASE("refusals are summed by reason, from words or numbers", "[client]") {
  const LogSummary summary = SummaryOf({
      Line("warning", "calls refused", R"(,"seconds":"2.5","queue_full":"12","deadline":"0")"),
      Line("warning", "calls refused", R"(,"seconds":1,"queue_full":3,"memory":2)"),
      Line("warning", "calls refused", R"(,"queue_full":"many","deadline":-3,"memory":"nan")"),
  });
  CHECK(summary.refusals().counts() == Counts{{"queue_full", 15}, {"memory", 2}});
}

TEST_CASE("the slowest calls are kept, the slowest first", "[client]") {
  std::vector<std::string> lines;
  for (const int milliseconds : {10, 900, 30, 1000, 20}) {
    lines.push_back(Line("warning", "slow call",
                         R"(,"request_id":"r)" + std::to_string(milliseconds) +
                             R"(","method":"Embed","code":"OK","milliseconds":")" +
                             std::to_string(milliseconds) + "\""));
  }
  const LogSummary summary = SummaryOf(lines);
  CHECK(summary.slow_calls() == 5);
  REQUIRE(summary.Slowest().size() == 2);
  CHECK(summary.Slowest()[0].milliseconds == 1000);
  CHECK(summary.Slowest()[0].request_id == "r1000");
  CHECK(summary.Slowest()[1].milliseconds == 900);
  CHECK(SummaryOf(lines, 0).Slowest().empty());
}

TEST_CASE("changes of state are in order, and the last ones are kept", "[client]") {
  std::vector<std::string> lines = {Line("info", "starting"), Line("info", "settings")};
  for (std::size_t i = 0; i < LogSummary::kMostStates; ++i) {
    lines.push_back(Line("warning", i % 2 == 0 ? "memory is short" : "memory is free again"));
  }
  lines.push_back(Line("info", "draining", R"(,"signal":"SIGTERM")"));
  const LogSummary summary = SummaryOf(lines);
  CHECK(summary.states().size() == LogSummary::kMostStates);
  CHECK(summary.earlier_states() == 2);
  CHECK(summary.states().back().event == "draining");
  CHECK(summary.states().back().detail == "SIGTERM");
}

TEST_CASE("kinds without end are counted as other", "[client]") {
  BoundedCounts counts;
  for (std::size_t i = 0; i < BoundedCounts::kMostKinds + 10; ++i) {
    counts.Add(std::to_string(i));
    counts.Add("0");
  }
  CHECK(counts.counts().size() == BoundedCounts::kMostKinds + 1);
  CHECK(counts.Of("0") == BoundedCounts::kMostKinds + 11);
  CHECK(counts.Of(BoundedCounts::kOther) == 10);
  counts.Add(std::string(10'000, 'x'), 5);
  CHECK(counts.Of(BoundedCounts::kOther) == 15);
  CHECK(counts.Total() == 2 * (BoundedCounts::kMostKinds + 10) + 5);
}

TEST_CASE("the report says what to do about lines of text", "[client]") {
  const std::string text =
      LogReportAsText(SummaryOf({"2026-11-24T02:04:27.123Z info ready address=x"}));
  CHECK_THAT(text, Catch::Contains("--log-format json"));
  CHECK_THAT(LogReportAsText(SummaryOf({})), !Catch::Contains("--log-format json"));
}

}  // namespace
}  // namespace quartet
