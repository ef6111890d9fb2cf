#include "metrics/cgroup_collector.h"

#include <limits>
#include <optional>

#include "metrics/metric_family.h"

namespace quartet {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

template <class Value>
double Or(std::optional<Value> value, double otherwise) {
  return value.has_value() ? static_cast<double>(*value) : otherwise;
}

}  // namespace

std::vector<prometheus::MetricFamily> CgroupCollector::Collect() const {
  const CgroupStats stats = cgroup_.Read();
  return {
      GaugeFamily("quartet_cgroup_memory_working_set_bytes",
                  "Memory that counts against the limit: usage less inactive file pages.",
                  Or(stats.working_set_bytes, 0)),
      GaugeFamily("quartet_cgroup_memory_limit_bytes",
                  "Memory limit, the tightest of this group and those above; +Inf for none.",
                  Or(stats.memory_limit_bytes, kNoLimit)),
      GaugeFamily("quartet_cgroup_cpu_limit_cores", "CPU quota / period; +Inf for none.",
                  Or(stats.cpu_limit_cores, kNoLimit)),
      CounterFamily("quartet_cgroup_cpu_periods_total", "Periods in which the quota was enforced.",
                    Or(stats.cpu_periods, 0)),
      CounterFamily("quartet_cgroup_cpu_throttled_periods_total",
                    "Periods in which the quota was used up.", Or(stats.cpu_throttled_periods, 0)),
      CounterFamily("quartet_cgroup_cpu_throttled_seconds_total",
                    "Time that threads had to wait for the next period.",
                    Or(stats.cpu_throttled_seconds, 0)),
      CounterFamily("quartet_cgroup_memory_events_total",
                    "How often usage hit the soft limit (high) and the limit (max), and processes "
                    "that were killed for it (oom_kill).",
                    "event",
                    {{"high", Or(stats.memory_high_events, 0)},
                     {"max", Or(stats.memory_max_events, 0)},
                     {"oom_kill", Or(stats.memory_oom_kills, 0)}}),
      CounterFamily("quartet_cgroup_pressure_seconds_total",
                    "Time in which some thread waited for the resource; 0 without cgroup v2.",
                    "resource",
                    {{"memory", Or(stats.memory_pressure_seconds, 0)},
                     {"cpu", Or(stats.cpu_pressure_seconds, 0)}}),
  };
}

}  // namespace quartet
