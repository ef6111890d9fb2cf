#include "pipeline/batch_queue.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "fakes/fake_clock.h"
#include "fakes/recorded_call.h"
#include "fakes/recording_observer.h"

namespace quartet {
namespace {

using std::chrono::milliseconds;

class QueueFixture {
 protected:
  // A call with one text for each length, all of them queued.
  std::shared_ptr<PendingCall> Queue(RecordedCall& recorded, std::vector<std::size_t> lengths,
                                     TimePoint deadline = kInfiniteFuture, ClientId client = 0) {
    const std::vector<std::string> texts(lengths.size(), "text");
    auto call = std::make_shared<PendingCall>(
        recorded.MakeRequest(texts, deadline, Truncation::kEnd, client, served_),
        *admission_.TryAdmit({.client = client, .tokens = 1}).permit, clock_.Now());
    std::vector<WorkItem> items;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      items.push_back({call, i, {std::vector<std::int64_t>(lengths[i], 7), false}, Duration{}});
    }
    queue_.Push(std::move(items));
    return call;
  }

  static std::vector<std::size_t> LengthsOf(const TakenWork& work) {
    std::vector<std::size_t> lengths;
    for (const WorkItem& item : work.batch) lengths.push_back(item.tokens.ids.size());
    return lengths;
  }

  TakenWork Take() { return queue_.Take(seen_); }

  ServedModelPtr served_;  // of the calls that are queued next
  FakeClock clock_;
  RecordingObserver observer_;
  const ServiceRate rate_{1};
  Admission admission_{{}, rate_};
  RecordedCall first_, second_, third_;  // outlive the queue, whose items they answer
  BatchQueue queue_{4, clock_, observer_};
  std::uint64_t seen_ = 0;
};

using Lengths = std::vector<std::size_t>;

TEST_CASE_METHOD(QueueFixture, "what waits is taken at once, oldest first", "[pipeline]") {
  Queue(first_, {5});
  Queue(second_, {6, 7});
  CHECK(LengthsOf(Take()) == Lengths{5, 6, 7});
}

TEST_CASE_METHOD(QueueFixture, "a call of nine texts goes in fours", "[pipeline]") {
  Queue(first_, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(LengthsOf(Take()) == Lengths{1, 2, 3, 4});
  CHECK(LengthsOf(Take()) == Lengths{5, 6, 7, 8});
  CHECK(LengthsOf(Take()) == Lengths{9});
}

TEST_CASE_METHOD(QueueFixture, "a batch is of one model, and both have their turns", "[pipeline]") {
  const auto old_model = std::make_shared<const ServedModel>();
  const auto new_model = std::make_shared<const ServedModel>();
  served_ = old_model;
  Queue(first_, {5});
  served_ = new_model;
  Queue(second_, {6, 7}, kInfiniteFuture, 1);
  served_ = old_model;
  Queue(third_, {8, 21}, kInfiniteFuture, 2);
  CHECK(LengthsOf(Take()) == Lengths{5, 8, 21});
  CHECK(LengthsOf(Take()) == Lengths{6, 7});
}

TEST_CASE_METHOD(QueueFixture, "a lane that is woken comes back without work", "[pipeline]") {
  std::thread lane([&] {
    const TakenWork work = Take();
    CHECK(work.batch.empty());
    CHECK_FALSE(work.closed);
  });
  queue_.Wake();
  lane.join();
}

TEST_CASE_METHOD(QueueFixture, "a large call does not hold back a small one", "[pipeline]") {
  Queue(first_, Lengths(32, 10));
  CHECK(LengthsOf(Take()) == Lengths(4, 10));
  Queue(second_, {11});
  const Lengths next = LengthsOf(Take());
  CHECK(std::count(next.begin(), next.end(), 11) == 1);
}

TEST_CASE_METHOD(QueueFixture, "nor do many calls of another client", "[pipeline]") {
  std::vector<RecordedCall> greedy(50);
  for (RecordedCall& call : greedy) Queue(call, {10}, kInfiniteFuture, 1);
  Queue(first_, {11}, kInfiniteFuture, 2);
  const Lengths next = LengthsOf(Take());
  CHECK(std::count(next.begin(), next.end(), 11) == 1);
  while (queue_.MayHaveWork()) Take();
}

TEST_CASE_METHOD(QueueFixture, "those the policy skips keep their place", "[pipeline]") {
  Queue(first_, {10, 128, 128, 128, 11});
  CHECK(LengthsOf(Take()) == Lengths{10, 128, 11});
  CHECK(LengthsOf(Take()) == Lengths{128, 128});
}

TEST_CASE_METHOD(QueueFixture, "expired texts leave before the forward", "[pipeline]") {
  Queue(first_, {5, 6}, clock_.Now() + milliseconds(10));
  Queue(second_, {7});
  clock_.Advance(milliseconds(10));
  const TakenWork work = Take();
  CHECK(LengthsOf(work) == Lengths{7});
  REQUIRE(work.dead.size() == 2);
  CHECK(work.dead[0].state == CallState::kExpired);
}

TEST_CASE_METHOD(QueueFixture, "cancelled texts leave before the forward, also from the middle",
                 "[pipeline]") {
  Queue(first_, {5});
  Queue(second_, {6});
  Queue(third_, {7});
  second_.Cancel();
  const TakenWork work = Take();
  CHECK(LengthsOf(work) == Lengths{5, 7});
  REQUIRE(work.dead.size() == 1);
  CHECK(work.dead[0].state == CallState::kCancelled);
}

TEST_CASE_METHOD(QueueFixture, "the dead can be taken from anywhere in the queue", "[pipeline]") {
  Queue(first_, Lengths(20, 5));
  Queue(second_, Lengths(20, 6));
  Queue(third_, {7});
  second_.Cancel();
  const std::vector<DeadItem> dead = queue_.TakeDead();
  CHECK(dead.size() == 20);
  CHECK(observer_.queue_items == 21);
  CHECK(observer_.queue_tokens == 107);
}

TEST_CASE_METHOD(QueueFixture, "other texts of a failed call cost no forward", "[pipeline]") {
  const auto call = Queue(first_, {5, 6});
  call->Fail(absl::InternalError("the first text failed"));
  const TakenWork work = Take();
  CHECK(work.batch.empty());
  CHECK(work.dead.size() == 2);
}

TEST_CASE_METHOD(QueueFixture, "a closed queue gives what is left and then nothing", "[pipeline]") {
  Queue(first_, {5});
  queue_.Close();
  CHECK(LengthsOf(Take()) == Lengths{5});
  const TakenWork work = Take();
  CHECK((work.batch.empty() && work.dead.empty() && work.closed));
}

TEST_CASE_METHOD(QueueFixture, "who comes too late for a push is told, and waits for the next",
                 "[pipeline]") {
  Queue(first_, {5});
  const TakenWork first = Take();
  CHECK(LengthsOf(first) == Lengths{5});
  CHECK(first.queue_is_empty);
  std::uint64_t seen_by_other = 0;
  const TakenWork late = queue_.Take(seen_by_other);
  CHECK((late.batch.empty() && !late.closed));
  CHECK_FALSE(queue_.MayHaveWork());
  TakenWork next;
  std::thread waiting([&] { next = queue_.Take(seen_by_other); });
  Queue(second_, {6});
  waiting.join();
  CHECK(LengthsOf(next) == Lengths{6});
}

TEST_CASE_METHOD(QueueFixture, "a batch knows whether others wait", "[pipeline]") {
  Queue(first_, {1, 2, 3, 4, 5});
  CHECK_FALSE(Take().queue_is_empty);
  CHECK(Take().queue_is_empty);
}

TEST_CASE_METHOD(QueueFixture, "closing wakes who waits", "[pipeline]") {
  std::thread waiting([this] { CHECK(Take().batch.empty()); });
  queue_.Close();
  waiting.join();
}

TEST_CASE_METHOD(QueueFixture, "the observer knows what waits", "[pipeline]") {
  Queue(first_, {5, 6, 7, 8, 9});
  CHECK(observer_.queue_items == 5);
  CHECK(observer_.queue_tokens == 35);
  Take();
  CHECK(observer_.queue_items == 1);
  CHECK(observer_.queue_tokens == 9);
}

}  // namespace
}  // namespace quartet
