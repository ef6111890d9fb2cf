// Refusals come in bursts, thousands a second: one line tells a burst.
#ifndef QUARTET_REFUSED_BURSTS_H_
#define QUARTET_REFUSED_BURSTS_H_

#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "core/clock.h"
#include "log.h"

namespace quartet {

// Counts: an array of numbers, one for each reason.
template <class Counts>
struct RefusedBurst {
  Counts calls;  // refused in it
  Duration lasted{};
};

// A burst is over when nobody was refused for so long.
inline constexpr Duration kBurstQuiet = std::chrono::seconds(1);
// One that goes on is told this often.
inline constexpr Duration kMostOfBurst = std::chrono::seconds(10);

// Of a log line: how long it lasted, and what there was of each of `reasons`.
template <class Counts, class Reasons>
LogFields FieldsOf(const RefusedBurst<Counts>& burst, const Reasons& reasons) {
  LogFields fields = {{"seconds", absl::StrFormat("%.1f", ToSeconds(burst.lasted))}};
  for (const auto reason : reasons) {
    const double count = burst.calls[static_cast<std::size_t>(reason)];
    if (count > 0) fields.emplace_back(NameOf(reason), absl::StrFormat("%.0f", count));
  }
  return fields;
}

// Not thread-safe: the watchdog's alone.
template <class Counts>
class RefusedBursts {
 public:
  explicit RefusedBursts(TimePoint now) : looked_(now) {}

  // `so_far` never falls. A burst that has ended, or has gone on for kMostOfBurst; else nullopt.
  std::optional<RefusedBurst<Counts>> Look(TimePoint now, const Counts& so_far) {
    const TimePoint before = std::exchange(looked_, now);
    if (std::exchange(seen_, so_far) != so_far) {
      last_refusal_ = now;
      if (!began_) began_ = before;
    }
    if (!began_) return std::nullopt;
    const bool is_over = now - last_refusal_ >= kBurstQuiet;
    if (!is_over && now - *began_ < kMostOfBurst) return std::nullopt;
    RefusedBurst<Counts> burst = {.calls = so_far, .lasted = last_refusal_ - *began_};
    for (std::size_t i = 0; i < burst.calls.size(); ++i) burst.calls[i] -= told_[i];
    told_ = so_far;
    began_ = is_over ? std::nullopt : std::optional(now);
    return burst;
  }

 private:
  Counts told_{};             // up to here
  Counts seen_{};             // at the last look
  TimePoint looked_;          // the last look
  TimePoint last_refusal_{};  // the look that saw it
  std::optional<TimePoint> began_;
};

}  // namespace quartet

#endif  // QUARTET_REFUSED_BURSTS_H_
