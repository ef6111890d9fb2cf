// What is counted of a client's calls. Kept in core so that neither rpc nor metrics needs the
// other.
#ifndef QUARTET_CORE_CLIENT_TALLY_H_
#define QUARTET_CORE_CLIENT_TALLY_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace quartet {

// Of one client, or of several together.
struct ClientTally {
  std::atomic<std::uint64_t> calls = 0;     // that were let in
  std::atomic<std::uint64_t> refused = 0;   // of these, told to come again later
  std::atomic<std::int64_t> in_flight = 0;  // of these, not yet answered
};

// A call counts itself while it lives. Move-only; empty: it is counted nowhere.
class TalliedCall {
 public:
  TalliedCall() = default;
  explicit TalliedCall(std::shared_ptr<ClientTally> tally) : tally_(std::move(tally)) {
    if (tally_ == nullptr) return;
    ++tally_->calls;
    ++tally_->in_flight;
  }
  TalliedCall(TalliedCall&&) noexcept = default;
  TalliedCall& operator=(TalliedCall&& other) noexcept {
    std::swap(tally_, other.tally_);
    return *this;
  }
  ~TalliedCall() {
    if (tally_ != nullptr) --tally_->in_flight;
  }

  void CountRefusal() {
    if (tally_ != nullptr) ++tally_->refused;
  }

 private:
  std::shared_ptr<ClientTally> tally_;
};

}  // namespace quartet

#endif  // QUARTET_CORE_CLIENT_TALLY_H_
