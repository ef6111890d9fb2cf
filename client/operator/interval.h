// Two scrapes of one server, and what lies between them.
#ifndef QUARTET_CLIENT_OPERATOR_INTERVAL_H_
#define QUARTET_CLIENT_OPERATOR_INTERVAL_H_

#include <map>
#include <optional>
#include <string>

#include "operator/histogram_quantile.h"
#include "operator/metrics_page.h"

namespace quartet {

// The calls that embed: health checks and the like would only dilute them.
inline const Labels kEmbedCalls = {{"grpc_method", "Embed"}};

// Holds references: the pages outlive it. What a page lacks counts as 0.
class Interval {
 public:
  // `seconds`: between the scrapes; above 0.
  Interval(const MetricsPage& before, const MetricsPage& after, double seconds)
      : before_(before), after_(after), seconds_(seconds) {}

  double seconds() const { return seconds_; }
  double Now(const std::string& name, const Labels& labels = {}) const {
    return after_.Sum(name, labels).value_or(0);
  }
  double Grown(const std::string& name, const Labels& labels = {}) const {
    return Now(name, labels) - before_.Sum(name, labels).value_or(0);
  }
  // By the values of one more label; what has not grown is left out.
  std::map<std::string, double> GrownBy(const std::string& name, const std::string& label,
                                        const Labels& labels = {}) const {
    std::map<std::string, double> grown = after_.SumBy(name, label, labels);
    for (const auto& [value, count] : before_.SumBy(name, label, labels)) grown[value] -= count;
    std::erase_if(grown, [](const auto& entry) { return entry.second <= 0; });
    return grown;
  }
  double PerSecond(const std::string& name, const Labels& labels = {}) const {
    return Grown(name, labels) / seconds_;
  }
  // nullopt: nothing was counted.
  std::optional<double> Quantile(const std::string& name, double quantile,
                                 const Labels& labels = {}) const {
    return HistogramQuantile(before_.SumOfBuckets(name, labels), after_.SumOfBuckets(name, labels),
                             quantile);
  }

 private:
  const MetricsPage& before_;
  const MetricsPage& after_;
  const double seconds_;
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_INTERVAL_H_
