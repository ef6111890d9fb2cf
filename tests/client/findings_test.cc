#include "operator/findings.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace quartet {
namespace {

using Values = std::map<std::string, double>;

// A healthy server's page, with some values of its own.
MetricsPage Page(const Values& own) {
  Values values = {
      {"quartet_alive", 1},
      {"quartet_ready", 1},
      {"quartet_draining", 0},
      {"quartet_queue_items", 0},
      {"quartet_queue_oldest_seconds", 0},
      {"quartet_rejected_total{reason=\"queue_full\"}", 0},
      {"quartet_cgroup_memory_working_set_bytes", 2e8},
      {"quartet_cgroup_memory_limit_bytes", 4e8},
      {"quartet_cgroup_memory_events_total{event=\"oom_kill\"}", 0},
      {"quartet_cgroup_cpu_limit_cores", 2},
      {"quartet_cgroup_cpu_periods_total", 0},
      {"quartet_cgroup_cpu_throttled_periods_total", 0},
      {"process_cpu_seconds_total", 0},
      {"process_resident_memory_bytes", 1.5e8},
      {"process_open_fds", 20},
      {"process_max_fds", 100},
      {"grpc_server_handled_total{grpc_method=\"Embed\",grpc_code=\"OK\"}", 0},
      {"grpc_server_handled_total{grpc_method=\"Embed\",grpc_code=\"Internal\"}", 0},
  };
  for (const auto& [name, value] : own) values[name] = value;
  std::string text;
  for (const auto& [name, value] : values) text += name + " " + std::to_string(value) + "\n";
  return MetricsPage::Parse(text).value();
}

Finding FindingOf(const std::string& subject, const Values& grown) {
  for (const Finding& finding : FindingsOf(Page({}), Page(grown), /*seconds=*/10)) {
    if (finding.subject == subject) return finding;
  }
  FAIL("no finding about " << subject);
  return {};
}

std::string Bucket(const std::string& bound) {
  return "grpc_server_handling_seconds_bucket{grpc_method=\"Embed\",le=\"" + bound + "\"}";
}

const std::string kOk = "grpc_server_handled_total{grpc_method=\"Embed\",grpc_code=\"OK\"}";
const std::string kInternal =
    "grpc_server_handled_total{grpc_method=\"Embed\",grpc_code=\"Internal\"}";
const std::string kRefusals = "quartet_rejected_total{reason=\"queue_full\"}";
const std::string kKills = "quartet_cgroup_memory_events_total{event=\"oom_kill\"}";

TEST_CASE("a healthy server without a load is normal in everything", "[client]") {
  const std::vector<Finding> findings = FindingsOf(Page({}), Page({}), 10);
  CHECK(findings.size() == 10);
  CHECK(Worst(findings) == Severity::kNormal);
}

TEST_CASE("each threshold is told from what lies below it", "[client]") {
  constexpr auto kNormal = Severity::kNormal;
  constexpr auto kWarning = Severity::kWarning;
  constexpr auto kCritical = Severity::kCritical;
  struct Row {
    std::string subject;
    Values grown;
    Severity severity;
    std::string text;
  };
  const std::vector<Row> table = {
      {"serving", {{"quartet_alive", 0}}, kCritical, "liveness"},
      {"serving", {{"quartet_ready", 0}}, kCritical, "readiness"},
      {"serving", {{"quartet_ready", 0}, {"quartet_draining", 1}}, kWarning, "drains"},
      {"memory", {{"quartet_cgroup_memory_working_set_bytes", 2.8e8}}, kNormal, "70 %"},
      {"memory", {{"quartet_cgroup_memory_working_set_bytes", 2.84e8}}, kWarning, "71 %"},
      {"memory", {{"quartet_cgroup_memory_working_set_bytes", 3.44e8}}, kCritical, "86 %"},
      {"cpu", {{"process_cpu_seconds_total", 15.9}}, kNormal, "80 %"},
      {"cpu", {{"process_cpu_seconds_total", 16.2}}, kWarning, "81 %"},
      {"cpu", {{"process_cpu_seconds_total", 19.4}}, kCritical, "97 %"},
      {"throttling",
       {{"quartet_cgroup_cpu_periods_total", 100},
        {"quartet_cgroup_cpu_throttled_periods_total", 26}},
       kWarning,
       "26 %"},
      {"latency", {{Bucket("2"), 10}, {Bucket("+Inf"), 10}}, kNormal, "p95 1900"},
      {"latency", {{Bucket("2"), 0}, {Bucket("5"), 10}, {Bucket("+Inf"), 10}}, kWarning, "p95"},
      {"latency", {{Bucket("5"), 0}, {Bucket("10"), 10}, {Bucket("+Inf"), 10}}, kCritical, "p95"},
      {"queue", {{"quartet_queue_oldest_seconds", 0.6}}, kWarning, "600 ms"},
      {"refusals", {{kOk, 100}, {kRefusals, 4}}, kNormal, "4 %"},
      {"refusals", {{kOk, 100}, {kRefusals, 6}}, kWarning, "6 %"},
      {"errors", {{kOk, 199}, {kInternal, 1}}, kNormal, "of 200 calls"},
      {"errors", {{kOk, 97}, {kInternal, 3}}, kCritical, "3 %"},
      {"descriptors", {{"process_open_fds", 71}}, kWarning, "71 %"},
      {"kills", {{kKills, 1}}, kCritical, "1 for want of memory"},
  };
  for (const Row& row : table) {
    const Finding finding = FindingOf(row.subject, row.grown);
    INFO(row.subject << ": " << finding.text);
    CHECK(finding.severity == row.severity);
    CHECK_THAT(finding.text, Catch::Contains(row.text));
  }
}

TEST_CASE("without limits nothing is too much", "[client]") {
  const Values unlimited = {{"quartet_cgroup_memory_limit_bytes", INFINITY},
                            {"quartet_cgroup_cpu_limit_cores", INFINITY},
                            {"process_max_fds", INFINITY},
                            {"process_cpu_seconds_total", 20}};
  for (const std::string subject : {"memory", "cpu", "descriptors"}) {
    const Finding finding = FindingOf(subject, unlimited);
    CHECK(finding.severity == Severity::kNormal);
    CHECK_THAT(finding.text, Catch::Contains("no limit"));
  }
}

}  // namespace
}  // namespace quartet
