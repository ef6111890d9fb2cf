#include "pipeline/lane_helper.h"

#include "core/spin.h"

namespace quartet {

bool LaneHelper::Start(const std::function<void()>& part) {
  part_.store(&part, std::memory_order_relaxed);
  if (Change(State::kOffered, State::kCalled)) return true;
  const TimePoint end = clock_.Now() + kPatience;
  while (running_.load(std::memory_order_relaxed) == 1 && clock_.Now() < end) {
    if (Change(State::kOffered, State::kCalled)) return true;
    SpinPause();
  }
  return false;
}

void LaneHelper::Join() {
  while (!Change(State::kDone, State::kAway)) SpinPause();
}

bool LaneHelper::Serve(const std::function<bool()>& give_up) {
  if (!Change(State::kAway, State::kOffered)) return false;
  while (true) {
    if (state_.load(std::memory_order_acquire) == State::kCalled) {
      (*part_.load(std::memory_order_relaxed))();
      state_.store(State::kDone, std::memory_order_release);
      return true;
    }
    if (give_up() && Change(State::kOffered, State::kAway)) return false;
    SpinPause();
  }
}

}  // namespace quartet
