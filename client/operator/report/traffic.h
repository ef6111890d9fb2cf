// What a server did in a time. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_REPORT_TRAFFIC_H_
#define QUARTET_CLIENT_OPERATOR_REPORT_TRAFFIC_H_

#include <map>
#include <optional>
#include <string>

#include "operator/interval.h"

namespace quartet {

// Times in seconds; nullopt where nothing was counted.
struct Traffic {
  double seconds = 0;
  std::map<std::string, double> calls;  // Embed calls that ended, by code; without zeros
  double all_calls = 0;
  double texts = 0;   // tokenized
  double tokens = 0;  // of them
  double truncated = 0;
  double forwards = 0;
  double embedded = 0;                     // texts in forwards
  std::map<std::string, double> refusals;  // calls, by reason; without zeros
  double cancelled = 0;                    // texts
  double expired = 0;                      // texts
  double failed_forwards = 0;
  std::optional<double> latency_p50;
  std::optional<double> latency_p95;
  std::optional<double> latency_p99;
  std::optional<double> tokenize_p95;
  std::optional<double> queue_p95;
  std::optional<double> inference_p95;

  // 0 where there was nothing.
  double TokensPerText() const { return texts > 0 ? tokens / texts : 0; }
  double MeanBatch() const { return forwards > 0 ? embedded / forwards : 0; }
  double Refused(const std::string& reason) const {
    const auto found = refusals.find(reason);
    return found == refusals.end() ? 0 : found->second;
  }
};

Traffic TrafficOf(const Interval& interval);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_REPORT_TRAFFIC_H_
