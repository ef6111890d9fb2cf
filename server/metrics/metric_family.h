// Families for collectors that read their numbers at the scrape.
#ifndef QUARTET_METRICS_METRIC_FAMILY_H_
#define QUARTET_METRICS_METRIC_FAMILY_H_

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace quartet {

prometheus::MetricFamily GaugeFamily(const std::string& name, const std::string& help,
                                     double value);
prometheus::MetricFamily CounterFamily(const std::string& name, const std::string& help,
                                       double value);

// One metric for each value of `label`.
struct LabelledValue {
  std::string label_value;
  double value;
};
prometheus::MetricFamily GaugeFamily(const std::string& name, const std::string& help,
                                     const std::string& label,
                                     const std::vector<LabelledValue>& values);
prometheus::MetricFamily CounterFamily(const std::string& name, const std::string& help,
                                       const std::string& label,
                                       const std::vector<LabelledValue>& values);

}  // namespace quartet

#endif  // QUARTET_METRICS_METRIC_FAMILY_H_
