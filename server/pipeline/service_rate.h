// How fast the lanes work while they have work, measured of late.
#ifndef QUARTET_PIPELINE_SERVICE_RATE_H_
#define QUARTET_PIPELINE_SERVICE_RATE_H_

#include <cstddef>
#include <optional>

#include "core/clock.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet {

// Thread-safe.
class ServiceRate {
 public:
  // How many tokens it takes to forget: a forward counts e times less when so many came after it.
  static constexpr double kMemoryTokens = 4096;

  // So many must have been measured before anything is said: one slow forward is no rate.
  static constexpr double kFewestTokens = 256;

  // `lanes` work at the same time.
  explicit ServiceRate(std::size_t lanes) : lanes_(static_cast<double>(lanes)) {}

  // A forward of so many tokens (at least 1), and what belongs to it, has kept `busy_lanes` busy
  // for so long.
  void Add(std::size_t tokens, Duration busy, std::size_t busy_lanes) QUARTET_EXCLUDES(mutex_);

  // Of all lanes together. Nothing until kFewestTokens have been measured.
  std::optional<double> TokensPerSecond() const QUARTET_EXCLUDES(mutex_);

 private:
  const double lanes_;
  mutable Mutex mutex_;
  double seconds_per_token_ QUARTET_GUARDED_BY(mutex_) = 0;  // of one lane
  double measured_tokens_ QUARTET_GUARDED_BY(mutex_) = 0;
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_SERVICE_RATE_H_
