// A clock that stands still until a test moves it.
#ifndef QUARTET_TESTS_FAKES_FAKE_CLOCK_H_
#define QUARTET_TESTS_FAKES_FAKE_CLOCK_H_

#include <atomic>

#include "core/clock.h"

namespace quartet {

// Thread-safe.
class FakeClock final : public Clock {
 public:
  TimePoint Now() const override { return TimePoint(Duration(ticks_.load())); }
  void Advance(Duration by) { ticks_ += by.count(); }

 private:
  std::atomic<Duration::rep> ticks_ = 1'000'000'000;
};

}  // namespace quartet

#endif  // QUARTET_TESTS_FAKES_FAKE_CLOCK_H_
