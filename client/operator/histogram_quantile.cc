#include "operator/histogram_quantile.h"

#include <cmath>

namespace quartet {

std::optional<double> HistogramQuantile(const Buckets& before, const Buckets& after,
                                        double quantile) {
  Buckets counted = after;
  for (auto& [bound, count] : counted) {
    const auto earlier = before.find(bound);
    if (earlier != before.end()) count -= earlier->second;
  }
  if (counted.empty() || counted.rbegin()->second <= 0) return std::nullopt;
  const double rank = quantile * counted.rbegin()->second;
  double low = 0;
  double below = 0;
  for (const auto& [bound, count] : counted) {
    if (std::isinf(bound)) return low;
    if (count >= rank) return low + (bound - low) * (rank - below) / (count - below);
    low = bound;
    below = count;
  }
  return low;
}

}  // namespace quartet
