#include "generator/report.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"

namespace quartet::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMebibyte = 1024.0 * 1024.0;

double Rounded(double value) {
  constexpr double kDigits = 1e4;
  return std::round(value * kDigits) / kDigits;
}

double Mebibytes(std::int64_t bytes) { return Rounded(static_cast<double>(bytes) / kMebibyte); }

Json ToJson(const LatencySummary& summary) {
  return {{"count", summary.count},         {"mean", Rounded(summary.mean)},
          {"p50", Rounded(summary.p50)},    {"p90", Rounded(summary.p90)},
          {"p95", Rounded(summary.p95)},    {"p99", Rounded(summary.p99)},
          {"p99.9", Rounded(summary.p999)}, {"max", Rounded(summary.max)}};
}

Json ToJson(const UsageSample& sample) {
  return {{"s", Rounded(sample.seconds)},
          {"cpu_s", Rounded(sample.usage.cpu_seconds)},
          {"rss_mb", Mebibytes(sample.usage.rss_bytes)},
          {"anon_mb", Mebibytes(sample.usage.anonymous_bytes)},
          {"file_mb", Mebibytes(sample.usage.file_bytes)},
          {"own_mb", Mebibytes(sample.usage.own_bytes)},
          {"processes", sample.usage.processes}};
}

double TextsPerSecond(const Report& report) {
  return report.load.achieved_calls_per_second * static_cast<double>(report.options.texts_per_call);
}

// Between the first and the last sample.
double ServerCpuSeconds(const Report& report) {
  if (report.server.empty()) return 0;
  return report.server.back().usage.cpu_seconds - report.server.front().usage.cpu_seconds;
}

Json ServerJson(const Report& report) {
  Json samples = Json::array();
  for (const UsageSample& sample : report.server) samples.push_back(ToJson(sample));
  return {{"cpu_s", Rounded(ServerCpuSeconds(report))}, {"samples", samples}};
}

std::string Row(const char* name, const LatencySummary& summary) {
  return absl::StrFormat("%-12s %9.2f %9.2f %9.2f %9.2f %9.2f %9.2f\n", name, summary.mean,
                         summary.p50, summary.p90, summary.p99, summary.p999, summary.max);
}

}  // namespace

std::string ToJson(const Report& report) {
  const Options& options = report.options;
  Json json = {{"protocol", options.protocol},
               {"mode", options.mode},
               {"texts_per_call", options.texts_per_call},
               {"texts", options.texts_file.empty() ? options.mix : "file"}};
  if (options.mode == "open") {
    json["rate"] = options.rate;
    json["arrivals"] = options.arrivals;
  } else {
    json["clients"] = options.clients;
  }
  if (report.seconds_to_first_answer) {
    json["seconds_to_first_answer"] = Rounded(*report.seconds_to_first_answer);
  }
  json["seconds"] = report.load.seconds;
  json["offered_calls_per_s"] = Rounded(report.load.offered_calls_per_second);
  json["achieved_calls_per_s"] = Rounded(report.load.achieved_calls_per_second);
  json["texts_per_s"] = Rounded(TextsPerSecond(report));
  json["calls_by_status"] = report.load.calls_by_status;
  json["latency_ms"] = ToJson(report.load.latency);
  json["service_ms"] = ToJson(report.load.service);
  json["failure_ms"] = ToJson(report.load.failure);
  json["send_lag_ms"] = ToJson(report.load.send_lag);
  json["generator_cpu_s"] = Rounded(report.generator_cpu_seconds);
  if (!report.server.empty()) json["server"] = ServerJson(report);
  // Words of libraries may be anything.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string ToTable(const Report& report) {
  const LoadResult& load = report.load;
  std::string table = absl::StrFormat(
      "%.1f s: offered %.1f calls/s, achieved %.1f calls/s, %.1f texts/s\n", load.seconds,
      load.offered_calls_per_second, load.achieved_calls_per_second, TextsPerSecond(report));
  for (const auto& [status, calls] : load.calls_by_status) {
    table += absl::StrFormat("%-24s %d calls\n", status, calls);
  }
  table += absl::StrFormat("%-12s %9s %9s %9s %9s %9s %9s\n", "ms", "mean", "p50", "p90", "p99",
                           "p99.9", "max");
  table += Row("latency", load.latency);
  if (report.options.mode == "open") {
    table += Row("service", load.service);
    table += Row("send lag", load.send_lag);
  }
  if (load.failure.count > 0) table += Row("failures", load.failure);
  if (!report.server.empty()) {
    const ProcessUsage& usage = report.server.back().usage;
    table += absl::StrFormat(
        "server: %.2f CPU-s, RSS %.1f MiB (anonymous %.1f, file %.1f), %d process(es)\n",
        ServerCpuSeconds(report), Mebibytes(usage.rss_bytes), Mebibytes(usage.anonymous_bytes),
        Mebibytes(usage.file_bytes), usage.processes);
  }
  table += absl::StrFormat("generator: %.2f CPU-s\n", report.generator_cpu_seconds);
  return table;
}

}  // namespace quartet::bench
