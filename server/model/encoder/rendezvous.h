// Where the threads of one forward wait for each other.
#ifndef QUARTET_MODEL_ENCODER_RENDEZVOUS_H_
#define QUARTET_MODEL_ENCODER_RENDEZVOUS_H_

#include <atomic>
#include <cstddef>

#include "core/spin.h"

namespace quartet {

// A barrier that spins: the wait is microseconds, a futex would take longer to wake. Reusable.
class Rendezvous {
 public:
  explicit Rendezvous(std::size_t parties) : parties_(parties) {}

  // Returns when all parties have called it this time. What they wrote before is then visible.
  void Meet() {
    if (parties_ == 1) return;
    const std::size_t round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == parties_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    while (round_.load(std::memory_order_acquire) == round) SpinPause();
  }

 private:
  const std::size_t parties_;
  std::atomic<std::size_t> arrived_{0};
  std::atomic<std::size_t> round_{0};
};

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_RENDEZVOUS_H_
