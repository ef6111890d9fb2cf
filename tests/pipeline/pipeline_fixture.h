// A pipeline between a fake tokenizer and a model that the test holds in its hand.
#ifndef QUARTET_TESTS_PIPELINE_PIPELINE_FIXTURE_H_
#define QUARTET_TESTS_PIPELINE_PIPELINE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fakes/fake_clock.h"
#include "fakes/fake_served_model.h"
#include "fakes/recorded_call.h"
#include "fakes/recording_observer.h"
#include "pipeline/pipeline.h"

namespace quartet {

class PipelineFixture {
 protected:
  void Start(const Pipeline::Options& options = {.lanes = 1}) {
    pipeline_ = std::make_unique<Pipeline>(options, clock_, observer_);
    pipeline_->Prepare(model_);
  }
  void Submit(RecordedCall& call, std::vector<std::string> texts,
              TimePoint deadline = kInfiniteFuture, Truncation truncation = Truncation::kEnd) {
    pipeline_->Submit(
        call.MakeRequest(std::move(texts), deadline, truncation, /*client=*/0, served_.served));
  }
  // Occupies the only lane until model_.Release().
  void OccupyLane(RecordedCall& call) {
    model_.Hold();
    Submit(call, {"busy"});
    model_.WaitForForwards(1);
  }
  // The pipeline answers all it accepted before it goes.
  void Stop() { pipeline_.reset(); }

  FakeClock clock_;
  FakeServedModel served_;
  PuppetModel& model_ = served_.puppet();
  RecordingObserver observer_;
  RecordedCall first_, second_, third_;
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace quartet

#endif  // QUARTET_TESTS_PIPELINE_PIPELINE_FIXTURE_H_
