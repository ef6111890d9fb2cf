#include "operator/report/server_facts.h"

#include <algorithm>
#include <cmath>

namespace quartet {
namespace {

std::string LabelOf(const MetricsPage& page, const std::string& name, const std::string& label) {
  const std::map<std::string, double> values = page.SumBy(name, label);
  return values.empty() ? "" : values.begin()->first;
}

// A limit that is not there, or 0, is none.
double LimitOf(const Interval& interval, const std::string& name) {
  const double limit = interval.Now(name);
  return limit > 0 ? limit : INFINITY;
}

std::optional<double> ThrottledPart(const Interval& interval) {
  const double periods = interval.Grown("quartet_cgroup_cpu_periods_total");
  if (periods <= 0) return std::nullopt;
  return interval.Grown("quartet_cgroup_cpu_throttled_periods_total") / periods;
}

}  // namespace

Identity IdentityOf(const MetricsPage& page, double now) {
  const auto model = [&](const char* label) { return LabelOf(page, "quartet_model_info", label); };
  const double start_time = page.Sum("process_start_time_seconds").value_or(0);
  return {
      .version = LabelOf(page, "quartet_build_info", "version"),
      .model = model("name"),
      .revision = model("revision"),
      .fingerprint = model("fingerprint"),
      .precision = model("precision"),
      .tokenizer = model("tokenizer"),
      .start_time = start_time,
      .uptime = std::max(0.0, now - start_time),
      .startup = page.SumBy("quartet_startup_seconds", "phase"),
  };
}

Resources ResourcesOf(const Interval& interval, const MetricsPage& before,
                      const MetricsPage& after) {
  const char* working_set = "quartet_cgroup_memory_working_set_bytes";
  return {
      .working_set = interval.Now(working_set),
      .worst_working_set = std::max(before.Sum(working_set).value_or(0), interval.Now(working_set)),
      .memory_limit = LimitOf(interval, "quartet_cgroup_memory_limit_bytes"),
      .resident = interval.Now("process_resident_memory_bytes"),
      .heap_kept = interval.Now("quartet_heap_kept_bytes"),
      .cores = interval.PerSecond("process_cpu_seconds_total"),
      .cpu_limit = LimitOf(interval, "quartet_cgroup_cpu_limit_cores"),
      .throttled = ThrottledPart(interval),
      .descriptors = interval.Now("process_open_fds"),
      .descriptor_limit = LimitOf(interval, "process_max_fds"),
      .threads = interval.Now("process_threads"),
      .pressure = interval.GrownBy("quartet_cgroup_pressure_seconds_total", "resource"),
      .memory_events = after.SumBy("quartet_cgroup_memory_events_total", "event"),
  };
}

}  // namespace quartet
