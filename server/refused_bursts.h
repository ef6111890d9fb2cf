// Refusals come in bursts, thousands a second: one line tells a burst.
#ifndef QUARTET_REFUSED_BURSTS_H_
#define QUARTET_REFUSED_BURSTS_H_

#include <chrono>
#include <optional>

#include "core/clock.h"
#include "metrics/pipeline_metrics.h"

namespace quartet {

struct RefusedBurst {
  RejectCounts calls;  // refused in it
  Duration lasted{};
};

// Not thread-safe: the watchdog's alone.
class RefusedBursts {
 public:
  // A burst is over when nobody was refused for so long.
  static constexpr Duration kQuiet = std::chrono::seconds(1);
  // One that goes on is told this often.
  static constexpr Duration kMost = std::chrono::seconds(10);

  explicit RefusedBursts(TimePoint now) : looked_(now) {}

  // `so_far` never falls. A burst that has ended, or has gone on for kMost; else nullopt.
  std::optional<RefusedBurst> Look(TimePoint now, const RejectCounts& so_far);

 private:
  RejectCounts told_{};       // up to here
  RejectCounts seen_{};       // at the last look
  TimePoint looked_;          // the last look
  TimePoint last_refusal_{};  // the look that saw it
  std::optional<TimePoint> began_;
};

}  // namespace quartet

#endif  // QUARTET_REFUSED_BURSTS_H_
