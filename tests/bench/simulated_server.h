// A server and its time, simulated: serves every call in a known time and stalls when told to.
#ifndef QUARTET_TESTS_BENCH_SIMULATED_SERVER_H_
#define QUARTET_TESTS_BENCH_SIMULATED_SERVER_H_

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "load/pacer.h"
#include "load/transport.h"

namespace quartet::bench {

// Each call takes `service` on its own; one that is there during [stall, stall_end) is not worked
// on in that time. Time passes only in SleepUntil and Drain.
class SimulatedServer final : public Transport, public Pacer {
 public:
  SimulatedServer(Duration service, TimePoint stall, TimePoint stall_end)
      : service_(service), stall_(stall), stall_end_(stall_end) {}

  TimePoint Now() const override { return now_; }

  void SleepUntil(TimePoint time) override {
    while (!due_.empty() && due_.begin()->first <= time) FinishNext();
    now_ = std::max(now_, time);
  }

  void Start(std::span<const std::string> texts, Done done) override {
    ++calls_started;
    texts_started += texts.size();
    TimePoint end = now_ + service_;
    if (now_ < stall_end_ && end > stall_) end += stall_end_ - std::max(now_, stall_);
    due_.emplace(end, std::move(done));
    most_in_flight = std::max(most_in_flight, due_.size());
  }

  std::size_t in_flight() const override { return due_.size(); }

  void Drain() override {
    while (!due_.empty()) FinishNext();
  }

  std::size_t calls_started = 0;
  std::size_t texts_started = 0;
  std::size_t most_in_flight = 0;

 private:
  void FinishNext() {
    const auto next = due_.begin();
    now_ = std::max(now_, next->first);
    const Done done = std::move(next->second);
    due_.erase(next);
    done(kOk);
  }

  const Duration service_;
  const TimePoint stall_;
  const TimePoint stall_end_;
  TimePoint now_{};
  std::multimap<TimePoint, Done> due_;
};

}  // namespace quartet::bench

#endif  // QUARTET_TESTS_BENCH_SIMULATED_SERVER_H_
