// Where the program gets its time from, so that tests can set it.
#ifndef QUARTET_CORE_CLOCK_H_
#define QUARTET_CORE_CLOCK_H_

#include <chrono>

namespace quartet {

using Duration = std::chrono::steady_clock::duration;
using TimePoint = std::chrono::steady_clock::time_point;

// "No deadline".
inline constexpr TimePoint kInfiniteFuture = TimePoint::max();

inline double ToSeconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Thread-safe. Monotonic: never goes back, whatever happens to the wall clock.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint Now() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace quartet

#endif  // QUARTET_CORE_CLOCK_H_
