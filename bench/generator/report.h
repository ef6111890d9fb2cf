// The figures of a run, for programs and for people.
#ifndef QUARTET_BENCH_GENERATOR_REPORT_H_
#define QUARTET_BENCH_GENERATOR_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "generator/options.h"
#include "load/load_result.h"
#include "load/process_usage.h"

namespace quartet::bench {

struct Report {
  Options options;
  std::optional<double> seconds_to_first_answer;  // with --wait-seconds
  LoadResult load;
  std::vector<UsageSample> server;   // with --pid
  double generator_cpu_seconds = 0;  // in the window
};

// One line. Latencies in ms, memory in MiB, times in seconds.
std::string ToJson(const Report& report);

std::string ToTable(const Report& report);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_GENERATOR_REPORT_H_
