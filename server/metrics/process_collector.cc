#include "metrics/process_collector.h"

#include <limits>
#include <optional>

#include "host/process_stats.h"
#include "metrics/metric_family.h"

namespace quartet {
namespace {

double OrInfinity(std::optional<std::int64_t> limit) {
  return limit.has_value() ? static_cast<double>(*limit) : std::numeric_limits<double>::infinity();
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessCollector::Collect() const {
  const ProcessStats stats = ReadProcessStats();
  const HeapStats heap = ReadHeapStats();
  const auto number = [](std::int64_t value) { return static_cast<double>(value); };
  return {
      CounterFamily("process_cpu_seconds_total", "User and system CPU time.", stats.cpu_seconds),
      GaugeFamily("process_start_time_seconds", "Start of the process since the Unix epoch.",
                  stats.start_time_seconds),
      GaugeFamily("process_resident_memory_bytes", "Resident memory.",
                  number(stats.resident_bytes)),
      GaugeFamily("process_resident_anonymous_memory_bytes",
                  "Resident memory that is not a file's and can't be dropped.",
                  number(stats.anonymous_bytes)),
      GaugeFamily("process_heap_bytes", "Memory in use of malloc.", number(heap.used_bytes)),
      GaugeFamily("quartet_heap_kept_bytes", "Freed memory that malloc has not given back.",
                  number(heap.kept_bytes)),
      GaugeFamily("process_virtual_memory_bytes", "Virtual memory.", number(stats.virtual_bytes)),
      GaugeFamily("process_virtual_memory_max_bytes", "Limit of virtual memory; +Inf for none.",
                  OrInfinity(stats.max_virtual_bytes)),
      GaugeFamily("process_open_fds", "Open file descriptors.", number(stats.open_fds)),
      GaugeFamily("process_max_fds", "Limit of open file descriptors; +Inf for none.",
                  OrInfinity(stats.max_fds)),
      GaugeFamily("process_threads", "Threads.", number(stats.threads)),
  };
}

}  // namespace quartet
