#include "operator/findings.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

namespace quartet {
namespace {

Finding Normal(const std::string& subject, const std::string& text) {
  return {Severity::kNormal, subject, text};
}

Finding Percent(const std::string& subject, double part, const Thresholds& thresholds,
                const std::string& of_what) {
  return {Judge(part, thresholds), subject, absl::StrFormat("%.0f %% of %s", 100 * part, of_what)};
}

Finding Serving(const Interval& interval) {
  if (interval.Now("quartet_alive") == 0) {
    return {Severity::kCritical, "serving", "a forward is stuck: liveness is NOT_SERVING"};
  }
  if (interval.Now("quartet_draining") > 0) return {Severity::kWarning, "serving", "it drains"};
  if (interval.Now("quartet_ready") == 0) {
    return {Severity::kCritical, "serving", "not ready: readiness is NOT_SERVING"};
  }
  return Normal("serving", "alive and ready");
}

Finding Memory(const Interval& interval) {
  const double used = interval.Now("quartet_cgroup_memory_working_set_bytes");
  const double limit = interval.Now("quartet_cgroup_memory_limit_bytes");
  const double resident = interval.Now("process_resident_memory_bytes");
  if (std::isinf(limit) || limit <= 0) {
    return Normal("memory", absl::StrFormat("%.0f MB, no limit", resident / 1e6));
  }
  return Percent(
      "memory", used / limit, kMemory,
      absl::StrFormat("its limit of %.0f MB; the process %.0f MB", limit / 1e6, resident / 1e6));
}

Finding Cpu(const Interval& interval) {
  const double cores = interval.PerSecond("process_cpu_seconds_total");
  const double limit = interval.Now("quartet_cgroup_cpu_limit_cores");
  if (std::isinf(limit) || limit <= 0) {
    return Normal("cpu", absl::StrFormat("%.2f cores, no limit", cores));
  }
  return Percent("cpu", cores / limit, kCpu, absl::StrFormat("its limit of %.2f cores", limit));
}

Finding Throttling(const Interval& interval) {
  const double periods = interval.Grown("quartet_cgroup_cpu_periods_total");
  if (periods <= 0) return Normal("throttling", "no period with a quota");
  return Percent("throttling",
                 interval.Grown("quartet_cgroup_cpu_throttled_periods_total") / periods, kThrottled,
                 "the periods");
}

Finding Latency(const Interval& interval) {
  const auto p95 = interval.Quantile("grpc_server_handling_seconds", 0.95, kEmbedCalls);
  if (!p95) return Normal("latency", "no calls");
  return {Judge(*p95, kLatency), "latency", absl::StrFormat("p95 %.1f ms", *p95 * 1e3)};
}

Finding Queue(const Interval& interval) {
  const double oldest = interval.Now("quartet_queue_oldest_seconds");
  return {Judge(oldest, kQueue), "queue",
          absl::StrFormat("%.0f texts, the oldest waits %.0f ms",
                          interval.Now("quartet_queue_items"), oldest * 1e3)};
}

Finding PartOfCalls(const Interval& interval, const std::string& subject, double count,
                    const Thresholds& thresholds) {
  const double calls = interval.Grown("grpc_server_handled_total", kEmbedCalls);
  if (calls <= 0) return Normal(subject, "no calls");
  return Percent(subject, count / calls, thresholds, absl::StrFormat("%.0f calls", calls));
}

Finding Descriptors(const Interval& interval) {
  const double limit = interval.Now("process_max_fds");
  if (std::isinf(limit) || limit <= 0) return Normal("descriptors", "no limit");
  return Percent("descriptors", interval.Now("process_open_fds") / limit, kDescriptors,
                 absl::StrFormat("%.0f", limit));
}

Finding Kills(const Interval& interval) {
  const double kills =
      interval.Grown("quartet_cgroup_memory_events_total", {{"event", "oom_kill"}});
  return {kills > 0 ? Severity::kCritical : Severity::kNormal, "kills",
          absl::StrFormat("%.0f for want of memory", kills)};
}

}  // namespace

std::string NameOf(Severity severity) {
  switch (severity) {
    case Severity::kNormal:
      return "normal";
    case Severity::kWarning:
      return "warning";
    case Severity::kCritical:
      return "critical";
  }
  return "";
}

Severity Judge(double value, const Thresholds& thresholds) {
  if (value > thresholds.critical) return Severity::kCritical;
  return value > thresholds.warning ? Severity::kWarning : Severity::kNormal;
}

double FailedCalls(const Interval& interval) {
  double failed = 0;
  for (const char* code : {"Internal", "Unknown", "DataLoss"}) {
    failed += interval.Grown("grpc_server_handled_total",
                             {{"grpc_method", "Embed"}, {"grpc_code", code}});
  }
  return failed;
}

std::vector<Finding> FindingsOf(const MetricsPage& before, const MetricsPage& after,
                                double seconds) {
  const Interval interval(before, after, seconds);
  const double refused = interval.Grown("quartet_rejected_total");
  return {Serving(interval),
          Memory(interval),
          Cpu(interval),
          Throttling(interval),
          Latency(interval),
          Queue(interval),
          PartOfCalls(interval, "refusals", refused, kRefused),
          PartOfCalls(interval, "errors", FailedCalls(interval), kErrors),
          Descriptors(interval),
          Kills(interval)};
}

Severity Worst(const std::vector<Finding>& findings) {
  Severity worst = Severity::kNormal;
  for (const Finding& finding : findings) worst = std::max(worst, finding.severity);
  return worst;
}

}  // namespace quartet
