// How a lane without work helps the other one: a place where the two meet.
#ifndef QUARTET_PIPELINE_LANE_HELPER_H_
#define QUARTET_PIPELINE_LANE_HELPER_H_

#include <atomic>
#include <functional>

#include "core/clock.h"
#include "core/forward_helper.h"

namespace quartet {

// Of two lanes. Waits are spins: a futex takes as long to wake (9-60 us) as a short text's forward
// has to give.
class LaneHelper final : public ForwardHelper {
 public:
  // How long a lane with a batch waits for a lane that has just been woken. Of a share of half a
  // forward (0.1 ms and more) a small part, and longer than a wake mostly takes.
  static constexpr Duration kPatience = std::chrono::microseconds(40);

  explicit LaneHelper(const Clock& clock) : clock_(clock) {}

  // --- The lane that runs a batch
  // -----------------------------------------------------------------

  // Around each batch, so that the other knows whether to wait for help at all.
  void BeginBatch() { running_.fetch_add(1, std::memory_order_relaxed); }
  void EndBatch() { running_.fetch_sub(1, std::memory_order_relaxed); }

  bool Start(const std::function<void()>& part) override;
  void Join() override;

  // --- The lane without work
  // ----------------------------------------------------------------------

  // Offers help until it has helped once or `give_up` says so. Returns whether it has helped.
  bool Serve(const std::function<bool()>& give_up);

 private:
  // kAway -> kOffered (Serve) -> kCalled (Start) -> kDone (Serve) -> kAway (Join).
  enum class State { kAway, kOffered, kCalled, kDone };

  bool Change(State from, State to) {
    return state_.compare_exchange_strong(from, to, std::memory_order_acq_rel);
  }

  const Clock& clock_;
  std::atomic<State> state_{State::kAway};
  std::atomic<const std::function<void()>*> part_{nullptr};  // written before kCalled
  std::atomic<int> running_{0};
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_LANE_HELPER_H_
