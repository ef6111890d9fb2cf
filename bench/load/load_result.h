// From the log of a run to its figures. Pure.
#ifndef QUARTET_BENCH_LOAD_LOAD_RESULT_H_
#define QUARTET_BENCH_LOAD_LOAD_RESULT_H_

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/clock.h"
#include "load/call_log.h"

namespace quartet::bench {

// Milliseconds; all 0 when there is no sample.
struct LatencySummary {
  std::size_t count = 0;
  double mean = 0;
  double p50 = 0;
  double p90 = 0;
  double p95 = 0;
  double p99 = 0;
  double p999 = 0;
  double max = 0;
};

// Exact, by nearest rank: the smallest sample that at least `quantile` of all samples don't exceed.
// `sorted` ascending, not empty.
double Percentile(std::span<const double> sorted, double quantile);

LatencySummary Summarize(std::vector<double> milliseconds);

// The part of a run that counts; what was intended before it is warm-up.
struct Window {
  TimePoint start;
  TimePoint end;
};

struct LoadResult {
  double seconds = 0;
  double offered_calls_per_second = 0;                 // intended in the window
  double achieved_calls_per_second = 0;                // answered OK in the window
  std::map<std::string, std::size_t> calls_by_status;  // of those intended in the window
  LatencySummary latency;   // of the OK ones among them, from the intended time
  LatencySummary service;   // the same from the time they were sent
  LatencySummary failure;   // of the others among them that were sent, from that time
  LatencySummary send_lag;  // sent less intended: the generator's own lateness
};

LoadResult Evaluate(std::span<const CallRecord> records, const Window& window);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_LOAD_LOAD_RESULT_H_
