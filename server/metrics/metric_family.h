// Families of one value, for collectors that read their numbers at the scrape.
#ifndef QUARTET_METRICS_METRIC_FAMILY_H_
#define QUARTET_METRICS_METRIC_FAMILY_H_

#include <prometheus/metric_family.h>

#include <string>

namespace quartet {

prometheus::MetricFamily GaugeFamily(const std::string& name, const std::string& help,
                                     double value);
prometheus::MetricFamily CounterFamily(const std::string& name, const std::string& help,
                                       double value);

}  // namespace quartet

#endif  // QUARTET_METRICS_METRIC_FAMILY_H_
