#include "metrics/metric_family.h"

namespace quartet {

prometheus::MetricFamily GaugeFamily(const std::string& name, const std::string& help,
                                     double value) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  return {name, help, prometheus::MetricType::Gauge, {metric}};
}

prometheus::MetricFamily CounterFamily(const std::string& name, const std::string& help,
                                       double value) {
  prometheus::ClientMetric metric;
  metric.counter.value = value;
  return {name, help, prometheus::MetricType::Counter, {metric}};
}

prometheus::MetricFamily GaugeFamily(const std::string& name, const std::string& help,
                                     const std::string& label,
                                     const std::vector<LabelledValue>& values) {
  prometheus::MetricFamily family{name, help, prometheus::MetricType::Gauge, {}};
  for (const auto& [label_value, value] : values) {
    prometheus::ClientMetric metric;
    metric.label = {{label, label_value}};
    metric.gauge.value = value;
    family.metric.push_back(metric);
  }
  return family;
}

prometheus::MetricFamily CounterFamily(const std::string& name, const std::string& help,
                                       const std::string& label,
                                       const std::vector<LabelledValue>& values) {
  prometheus::MetricFamily family{name, help, prometheus::MetricType::Counter, {}};
  for (const auto& [label_value, value] : values) {
    prometheus::ClientMetric metric;
    metric.label = {{label, label_value}};
    metric.counter.value = value;
    family.metric.push_back(metric);
  }
  return family;
}

}  // namespace quartet
