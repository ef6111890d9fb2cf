#include "operator/report/report.h"

#include <catch2/catch.hpp>
#include <string>

#include "metrics_text.h"

namespace quartet {
namespace {

const std::string kOk = R"(grpc_server_handled_total{grpc_method="Embed",grpc_code="OK"})";
const std::string kInternal =
    R"(grpc_server_handled_total{grpc_method="Embed",grpc_code="Internal"})";
const std::string kChecks = R"(grpc_server_handled_total{grpc_method="Check",grpc_code="OK"})";
const std::string kFull = R"(quartet_rejected_total{reason="queue_full"})";

std::string Bucket(const std::string& name, const std::string& labels, const std::string& bound) {
  return name + "_bucket{" + labels + "le=\"" + bound + "\"}";
}

// A page after so many calls of two texts of ten tokens, 4 ms each, 2 texts a forward.
SeriesValues After(double calls) {
  const std::string embed = R"(grpc_method="Embed",)";
  return {
      {"process_start_time_seconds", 1000},
      {"process_cpu_seconds_total", 0.001 * calls},
      {"quartet_alive", 1},
      {"quartet_ready", 1},
      {"quartet_build_info{version=\"0.1.0\"}", 1},
      {"quartet_model_info{name=\"m\",precision=\"int8\",revision=\"r\",fingerprint=\"f\"}", 1},
      {"quartet_startup_seconds{phase=\"total\"}", 0.4},
      {"quartet_cgroup_memory_working_set_bytes", 1.5e8},
      {"quartet_cgroup_memory_limit_bytes", 4e8},
      {kOk, calls},
      {kInternal, 0},
      {kChecks, 10 * calls},
      {kFull, calls / 100},
      {"quartet_text_tokens_count", 2 * calls},
      {"quartet_text_tokens_sum", 20 * calls},
      {"quartet_batch_items_count", calls},
      {"quartet_batch_items_sum", 2 * calls},
      {Bucket("grpc_server_handling_seconds", embed, "0.003"), 0},
      {Bucket("grpc_server_handling_seconds", embed, "0.005"), calls},
      {Bucket("grpc_server_handling_seconds", embed, "+Inf"), calls},
      {Bucket("quartet_queue_seconds", "", "0.001"), 2 * calls},
      {Bucket("quartet_queue_seconds", "", "+Inf"), 2 * calls},
  };
}

TEST_CASE("a report tells what was before from what came between", "[client]") {
  const Report report = ReportOf(PageOf(After(1000)), PageOf(After(1100)), /*seconds=*/5,
                                 /*now=*/1060);
  CHECK(report.identity.version == "0.1.0");
  CHECK(report.identity.precision == "int8");
  CHECK(report.identity.uptime == Approx(60));
  CHECK(report.identity.startup.at("total") == Approx(0.4));
  CHECK(report.resources.cores == Approx(0.02));
  CHECK_FALSE(report.restarted);
  CHECK(report.since_start.seconds == Approx(60));
  CHECK(report.since_start.texts == 2200);
  CHECK(report.interval.seconds == 5);
  CHECK(report.interval.texts == 200);
  CHECK(report.interval.calls == std::map<std::string, double>{{"OK", 100}});
  CHECK(report.interval.TokensPerText() == Approx(10));
  CHECK(report.interval.MeanBatch() == Approx(2));
  CHECK(report.interval.Refused("queue_full") == Approx(1));
  CHECK(report.interval.Refused("memory") == 0);
  CHECK(report.interval.latency_p50.value() == Approx(0.004));
  CHECK(report.interval.latency_p99.value() == Approx(0.00498));
  CHECK(report.interval.queue_p95.value() == Approx(0.00095));
  CHECK_FALSE(report.interval.inference_p95.has_value());
}

TEST_CASE("a restart between the scrapes is seen, and nothing is below zero", "[client]") {
  SeriesValues newborn = After(10);
  newborn["process_start_time_seconds"] = 1058;
  const Report report = ReportOf(PageOf(After(1000)), PageOf(newborn), 5, 1060);
  CHECK(report.restarted);
  CHECK(report.interval.texts == 20);
  CHECK(report.resources.cores >= 0);
  CHECK_THAT(ReportAsMarkdown(report, "x:1"), Catch::Contains("restarted"));
}

TEST_CASE("advice is about the interval, or about all where that is empty", "[client]") {
  SeriesValues before = After(1000);
  before["quartet_truncated_total"] = 500;
  SeriesValues later = After(1100);
  later["quartet_truncated_total"] = 500;
  CHECK(ReportOf(PageOf(before), PageOf(later), 5, 1060).advice.empty());
  const Report quiet = ReportOf(PageOf(before), PageOf(before), 5, 1060);
  REQUIRE(quiet.advice.size() == 1);
  CHECK_THAT(quiet.advice.front(), Catch::Contains("25 % of the texts"));
}

TEST_CASE("both forms have what the page lacks, or what has no limit", "[client]") {
  const Report report = ReportOf(PageOf({}), PageOf({{"x", 1}}), 5, 0);
  CHECK_THAT(ReportAsMarkdown(report, "x:1"), Catch::Contains("| memory limit | none |"));
  CHECK_THAT(ReportAsJson(report, "x:1"), Catch::Contains("\"memory_limit_bytes\":null"));
}

}  // namespace
}  // namespace quartet
