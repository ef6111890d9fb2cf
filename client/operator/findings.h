// What an operator should know of a server, from two scrapes of its metrics. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_FINDINGS_H_
#define QUARTET_CLIENT_OPERATOR_FINDINGS_H_

#include <string>
#include <vector>

#include "operator/interval.h"
#include "operator/metrics_page.h"

namespace quartet {

enum class Severity { kNormal = 0, kWarning = 1, kCritical = 2 };

// "normal", "warning", "critical".
std::string NameOf(Severity severity);

struct Finding {
  Severity severity = Severity::kNormal;
  std::string subject;  // "memory"
  std::string text;     // "38 % of its limit"
};

// A warning above the first, critical above the second.
struct Thresholds {
  double warning;
  double critical;
};

// Those of deploy/prometheus/alerts.yml; without the time for which they have to last there.
inline constexpr double kNever = 1e300;
inline constexpr Thresholds kMemory = {0.70, 0.85};       // part of the limit
inline constexpr Thresholds kCpu = {0.80, 0.95};          // part of the limit
inline constexpr Thresholds kLatency = {2, 5};            // seconds, 95 % of the calls
inline constexpr Thresholds kThrottled = {0.25, kNever};  // part of the periods
inline constexpr Thresholds kQueue = {0.5, kNever};       // seconds, the oldest text
inline constexpr Thresholds kRefused = {0.05, kNever};    // part of the calls
inline constexpr Thresholds kErrors = {kNever, 0.01};     // part of the calls; never a warning
inline constexpr Thresholds kDescriptors = {0.70, kNever};

Severity Judge(double value, const Thresholds& thresholds);

// Calls of Embed that ended between the scrapes by a fault of the server's.
double FailedCalls(const Interval& interval);

// One finding a subject, always in the same order. `seconds`: between the scrapes. What is not
// limited, or was not used between them, is normal and says so.
std::vector<Finding> FindingsOf(const MetricsPage& before, const MetricsPage& after,
                                double seconds);

Severity Worst(const std::vector<Finding>& findings);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_FINDINGS_H_
