#include "pipeline/lane_helper.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "pipeline/share_policy.h"

namespace quartet {
namespace {

// Every look at it takes a microsecond.
class TickingClock final : public Clock {
 public:
  TimePoint Now() const override {
    return TimePoint(std::chrono::microseconds(ticks_.fetch_add(1)));
  }
  std::int64_t ticks() const { return ticks_; }

 private:
  mutable std::atomic<std::int64_t> ticks_{0};
};

bool Never() { return false; }

TEST_CASE("a short batch, or one with work behind it, is not shared", "[pipeline]") {
  CHECK(ShouldShare(kFewestSharedTokens, true));
  CHECK_FALSE(ShouldShare(kFewestSharedTokens - 1, true));
  CHECK_FALSE(ShouldShare(500, false));
}

TEST_CASE("the idle lane runs the part, and Join waits for its end", "[pipeline]") {
  const TickingClock clock;
  LaneHelper helper(clock);
  std::atomic<bool> started{false};
  std::atomic<bool> may_end{false};
  bool ended = false;  // not atomic: Join makes it visible
  const std::function<void()> part = [&] {
    started = true;
    while (!may_end) std::this_thread::yield();
    ended = true;
  };
  bool served = false;
  std::thread idle([&] { served = helper.Serve(Never); });
  while (!helper.Start(part)) std::this_thread::yield();
  while (!started) std::this_thread::yield();
  may_end = true;
  helper.Join();
  CHECK(ended);
  idle.join();
  CHECK(served);
}

TEST_CASE("a lone batch waits a little for a lane that wakes, and no longer", "[pipeline]") {
  const TickingClock clock;
  LaneHelper helper(clock);
  helper.BeginBatch();
  CHECK_FALSE(helper.Start([] { FAIL("nobody was there to run it"); }));
  CHECK(clock.ticks() >= 40);
  CHECK(clock.ticks() <= 50);
}

TEST_CASE("with a batch on the other lane nobody waits for it", "[pipeline]") {
  const TickingClock clock;
  LaneHelper helper(clock);
  helper.BeginBatch();
  helper.BeginBatch();
  CHECK_FALSE(helper.Start([] { FAIL("nobody was there to run it"); }));
  CHECK(clock.ticks() <= 3);
  helper.EndBatch();
  CHECK_FALSE(helper.Start([] { FAIL("nobody was there to run it"); }));
  CHECK(clock.ticks() >= 40);
}

TEST_CASE("an offer that was given up is not taken", "[pipeline]") {
  const TickingClock clock;
  LaneHelper helper(clock);
  CHECK_FALSE(helper.Serve([] { return true; }));
  CHECK_FALSE(helper.Start([] { FAIL("nobody was there to run it"); }));
}

TEST_CASE("every part that was started runs exactly once, over many meetings", "[pipeline]") {
  const SystemClock clock;
  LaneHelper helper(clock);
  constexpr int kRounds = 3000;
  std::atomic<bool> stop{false};
  int served = 0;
  std::thread idle([&] {
    // Every other offer is given up soon, so that both outcomes meet a Start.
    for (int offers = 0; !stop; ++offers) {
      int looks = offers % 2 == 0 ? 20 : 1'000'000;
      served += helper.Serve([&] { return stop || --looks == 0; }) ? 1 : 0;
    }
  });
  int started = 0;
  int ran = 0;  // not atomic: a second run at once would be a race
  const std::function<void()> part = [&] { ++ran; };
  while (started < kRounds) {
    if (!helper.Start(part)) continue;
    ++started;
    helper.Join();
    REQUIRE(ran == started);
  }
  stop = true;
  idle.join();
  CHECK(served == kRounds);
}

}  // namespace
}  // namespace quartet
