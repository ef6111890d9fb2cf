// What a lane tells about how fast it works.
#include "pipeline/model_worker.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "fakes/fake_clock.h"
#include "fakes/fake_served_model.h"
#include "fakes/recorded_call.h"
#include "fakes/recording_observer.h"
#include "pipeline/admission.h"

namespace quartet {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kTokens = 300;  // of a text: enough for the rate to say something
constexpr Duration kPause = milliseconds(30);

class LaneFixture {
 protected:
  // A text of its own batch.
  void Queue(RecordedCall& recorded) {
    auto call = std::make_shared<PendingCall>(
        recorded.MakeRequest({"text"}, kInfiniteFuture, Truncation::kEnd, 0, served_.served),
        *admission_.TryAdmit({.tokens = 1}).permit, clock_.Now());
    std::vector<WorkItem> items;
    items.push_back({call, 0, {std::vector<std::int64_t>(kTokens, 7), false}, Duration{}});
    queue_.Push(std::move(items));
  }

  FakeClock clock_;
  RecordingObserver observer_;
  FakeServedModel served_;
  ServiceRate rate_{1};
  VectorCache cache_{0};
  Admission admission_{{}, rate_};
  RecordedCall first_, second_, third_;
  BatchQueue queue_{/*max_batch_items=*/1, clock_, observer_};
};

TEST_CASE_METHOD(LaneFixture, "what a busy lane does between two forwards counts as theirs",
                 "[pipeline]") {
  for (RecordedCall* call : {&first_, &second_, &third_}) Queue(*call);
  {
    // The forwards themselves take no time.
    ModelWorker lane(queue_, nullptr, rate_, cache_, clock_, observer_,
                     [this] { clock_.Advance(kPause); });
    queue_.Close();
  }
  CHECK(*rate_.TokensPerSecond() == Approx(kTokens / ToSeconds(kPause)));
}

TEST_CASE_METHOD(LaneFixture, "the time before a lane's first forward does not count",
                 "[pipeline]") {
  {
    ModelWorker lane(queue_, nullptr, rate_, cache_, clock_, observer_, {});
    clock_.Advance(std::chrono::hours(1));
    served_.puppet().Hold();
    Queue(first_);
    served_.puppet().WaitForForwards(1);
    clock_.Advance(kPause);
    served_.puppet().Release();
    queue_.Close();
  }
  CHECK(*rate_.TokensPerSecond() == Approx(kTokens / ToSeconds(kPause)));
}

}  // namespace
}  // namespace quartet
