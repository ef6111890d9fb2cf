#include "operator/monitor/line.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "operator/monitor/words.h"

namespace quartet {
namespace {

std::string Figures(const Interval& interval) {
  const auto latency = [&](double quantile) {
    return Milliseconds(interval.Quantile("grpc_server_handling_seconds", quantile, kEmbedCalls));
  };
  return absl::StrFormat("%.1f calls/s, p50 %s, p95 %s, queue %.0f, memory %s, cpu %.2f cores",
                         interval.PerSecond("grpc_server_handled_total", kEmbedCalls), latency(0.5),
                         latency(0.95), interval.Now("quartet_queue_items"),
                         Megabytes(interval.Now("quartet_cgroup_memory_working_set_bytes")),
                         interval.PerSecond("process_cpu_seconds_total"));
}

std::string Start(Severity severity) { return absl::StrFormat("%-8s  ", NameOf(severity)); }

}  // namespace

std::string LineOf(const WatchedServer& server, WatchedServer::Time now) {
  if (!server.status().ok()) {
    return Printable(absl::StrCat(Start(Severity::kCritical), NoMetrics(server, now), ": ",
                                  server.status().message()));
  }
  const std::vector<Finding> findings = server.Findings();
  const auto worst =
      std::max_element(findings.begin(), findings.end(),
                       [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  std::string line = Start(worst->severity) + Figures(*server.LastInterval());
  if (worst->severity != Severity::kNormal) {
    absl::StrAppend(&line, "; ", worst->subject, ": ", worst->text);
  }
  return line;
}

}  // namespace quartet
