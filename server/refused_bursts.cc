#include "refused_bursts.h"

#include <utility>

namespace quartet {

std::optional<RefusedBurst> RefusedBursts::Look(TimePoint now, const RejectCounts& so_far) {
  const TimePoint before = std::exchange(looked_, now);
  if (std::exchange(seen_, so_far) != so_far) {
    last_refusal_ = now;
    if (!began_) began_ = before;
  }
  if (!began_) return std::nullopt;
  const bool is_over = now - last_refusal_ >= kQuiet;
  if (!is_over && now - *began_ < kMost) return std::nullopt;
  RefusedBurst burst = {.calls = so_far, .lasted = last_refusal_ - *began_};
  for (std::size_t i = 0; i < burst.calls.size(); ++i) burst.calls[i] -= told_[i];
  told_ = so_far;
  began_ = is_over ? std::nullopt : std::optional(now);
  return burst;
}

}  // namespace quartet
