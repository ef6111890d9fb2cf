#include "host/compute_threads.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <thread>

namespace quartet {

int ComputeThreads(std::optional<int> requested, std::optional<double> quota_cores,
                   int usable_cpus) {
  int threads = requested.value_or(kMaxComputeThreads);
  if (!requested.has_value() && quota_cores.has_value() && *quota_cores < kMaxComputeThreads) {
    threads = static_cast<int>(std::floor(*quota_cores));
  }
  return std::clamp(std::min(threads, usable_cpus), 1, kMaxComputeThreads);
}

int UsableCpus() {
  cpu_set_t cpus;
  // Fails on machines of more than 1024 CPUs, where any answer above two will do.
  if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0) return CPU_COUNT(&cpus);
  return static_cast<int>(std::thread::hardware_concurrency());
}

}  // namespace quartet
