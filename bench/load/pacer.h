// The load generator's time: real, or simulated in tests.
#ifndef QUARTET_BENCH_LOAD_PACER_H_
#define QUARTET_BENCH_LOAD_PACER_H_

#include "core/clock.h"

namespace quartet::bench {

class Pacer : public Clock {
 public:
  // Returns at `time`, at once when that has passed.
  virtual void SleepUntil(TimePoint time) = 0;
};

class SystemPacer final : public Pacer {
 public:
  // Asks the kernel for timers without slack: its default lets a thread sleep 50 us too long.
  SystemPacer();

  TimePoint Now() const override { return std::chrono::steady_clock::now(); }
  void SleepUntil(TimePoint time) override;
};

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_LOAD_PACER_H_
