#include "load/load_result.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "load/transport.h"

namespace quartet::bench {
namespace {

double Milliseconds(Duration duration) { return ToSeconds(duration) * 1000; }

bool IsIn(TimePoint time, const Window& window) {
  return time >= window.start && time < window.end;
}

}  // namespace

double Percentile(std::span<const double> sorted, double quantile) {
  const double rank = std::ceil(quantile * static_cast<double>(sorted.size()));
  const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

LatencySummary Summarize(std::vector<double> milliseconds) {
  LatencySummary summary;
  if (milliseconds.empty()) return summary;
  std::sort(milliseconds.begin(), milliseconds.end());
  summary.count = milliseconds.size();
  summary.mean = std::accumulate(milliseconds.begin(), milliseconds.end(), 0.0) /
                 static_cast<double>(milliseconds.size());
  summary.p50 = Percentile(milliseconds, 0.5);
  summary.p90 = Percentile(milliseconds, 0.9);
  summary.p95 = Percentile(milliseconds, 0.95);
  summary.p99 = Percentile(milliseconds, 0.99);
  summary.p999 = Percentile(milliseconds, 0.999);
  summary.max = milliseconds.back();
  return summary;
}

LoadResult Evaluate(std::span<const CallRecord> records, const Window& window) {
  LoadResult result;
  result.seconds = ToSeconds(window.end - window.start);
  std::size_t offered = 0;
  std::size_t achieved = 0;
  std::vector<double> latency;
  std::vector<double> service;
  std::vector<double> failure;
  std::vector<double> send_lag;
  for (const CallRecord& record : records) {
    const bool ok = record.status == kOk;
    if (ok && IsIn(record.done, window)) ++achieved;
    if (!IsIn(record.intended, window)) continue;
    ++offered;
    ++result.calls_by_status[record.status];
    send_lag.push_back(Milliseconds(record.sent - record.intended));
    const double waited = Milliseconds(record.done - record.sent);
    if (ok) latency.push_back(Milliseconds(record.done - record.intended));
    if (ok) service.push_back(waited);
    if (!ok && record.status != kNotSent) failure.push_back(waited);
  }
  result.offered_calls_per_second = static_cast<double>(offered) / result.seconds;
  result.achieved_calls_per_second = static_cast<double>(achieved) / result.seconds;
  result.latency = Summarize(std::move(latency));
  result.service = Summarize(std::move(service));
  result.failure = Summarize(std::move(failure));
  result.send_lag = Summarize(std::move(send_lag));
  return result;
}

}  // namespace quartet::bench
