// Spends a CPU quota evenly.
//
// The kernel stops all threads of a group that has used up its quota until the period (0.1 s) is
// over, those that answer health checks and refuse calls too. With a quota of 1.0 one lane and gRPC
// beside it came to that in 11 % of the periods at 70 % of their capacity, and in nearly all of
// them when saturated. So the lanes pause first, for what the kernel would have taken anyway: then
// it is less than 1 %, and none, for 3 to 5 % of the most texts a second
// (tests/end_to_end/test_cpu_quota.py).
#ifndef QUARTET_HOST_CPU_PACE_H_
#define QUARTET_HOST_CPU_PACE_H_

#include <chrono>
#include <mutex>

namespace quartet {

// Thread-safe: all computing threads share one.
class CpuPace {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::nanoseconds;

  // Of the quota. The rest is for what a forward and gRPC use beyond it before the next look.
  static constexpr double kShare = 0.97;
  // Work of so much CPU time may come at once after a rest.
  static constexpr Duration kBurst = std::chrono::milliseconds(2);
  static constexpr Duration kLongestPause = std::chrono::milliseconds(20);

  // `cores`: quota / period; above 0.
  explicit CpuPace(double cores) : cores_(cores * kShare) {}

  // How long to pause before more is computed. `used`: CPU time of the process so far.
  Duration PauseAt(TimePoint now, Duration used);

 private:
  const double cores_;
  std::mutex mutex_;
  TimePoint last_;            // the last look
  Duration last_used_{};      // by then
  Duration credit_ = kBurst;  // CPU time; below zero: more was used than there was
};

}  // namespace quartet

#endif  // QUARTET_HOST_CPU_PACE_H_
