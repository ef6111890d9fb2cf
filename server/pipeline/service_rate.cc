#include "pipeline/service_rate.h"

#include <algorithm>
#include <cmath>

namespace quartet {

void ServiceRate::Add(std::size_t tokens, Duration busy, std::size_t busy_lanes) {
  const auto count = static_cast<double>(tokens);
  const double measured = ToSeconds(busy) * static_cast<double>(busy_lanes) / count;
  if (!(measured > 0)) return;  // of a clock that stands still nothing can be learned
  const MutexLock lock(mutex_);
  measured_tokens_ += count;
  // The plain mean of the first ones, until memory is full.
  const double weight = std::max(count / measured_tokens_, 1 - std::exp(-count / kMemoryTokens));
  seconds_per_token_ += weight * (measured - seconds_per_token_);
}

std::optional<double> ServiceRate::TokensPerSecond() const {
  const MutexLock lock(mutex_);
  if (measured_tokens_ < kFewestTokens) return std::nullopt;
  return lanes_ / seconds_per_token_;
}

}  // namespace quartet
