// Quantiles of what a histogram has counted between two scrapes. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_HISTOGRAM_QUANTILE_H_
#define QUARTET_CLIENT_OPERATOR_HISTOGRAM_QUANTILE_H_

#include <optional>

#include "operator/metrics_page.h"

namespace quartet {

// As Prometheus' histogram_quantile: linear within a bucket, the highest finite bound for what lies
// above it. `before`: the same histogram earlier, or empty. nullopt: nothing was counted.
std::optional<double> HistogramQuantile(const Buckets& before, const Buckets& after,
                                        double quantile);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_HISTOGRAM_QUANTILE_H_
