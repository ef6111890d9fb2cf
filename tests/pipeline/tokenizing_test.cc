#include "pipeline/tokenizing.h"

#include <catch2/catch.hpp>

#include "pipeline/pipeline_fixture.h"

namespace quartet {
namespace {

TEST_CASE_METHOD(PipelineFixture, "tokens are shown while the lane is busy, and take none",
                 "[pipeline]") {
  Start();
  OccupyLane(first_);
  RecordedTokenize shown;
  pipeline_->SubmitTokenize(shown.MakeRequest(served_.served, "much too long for sixteen tokens"));
  const auto tokens = shown.WaitForAnswer();
  REQUIRE(tokens.ok());
  CHECK(tokens->size() == 34);
  CHECK((*tokens)[3].piece == "c");
  model_.Release();
  Stop();
  CHECK(shown.answers() == 1);
  CHECK(model_.batches().size() == 1);
}

TEST_CASE_METHOD(PipelineFixture, "a text whose tokens nobody waits for is not tokenized",
                 "[pipeline]") {
  Start();
  RecordedTokenize late;
  RecordedTokenize gone;
  gone.Cancel();
  pipeline_->SubmitTokenize(gone.MakeRequest(served_.served, "gone"));
  pipeline_->SubmitTokenize(late.MakeRequest(served_.served, "late", clock_.Now()));
  CHECK(gone.WaitForAnswer().status().code() == absl::StatusCode::kCancelled);
  CHECK_FALSE(late.WaitForAnswer().ok());
  CHECK(observer_.cancelled == 1);
}

TEST_CASE_METHOD(PipelineFixture, "a full pipeline refuses to show tokens too", "[pipeline]") {
  Start({.lanes = 1, .max_queue_tokens = 21});
  OccupyLane(first_);
  RecordedTokenize refused;
  pipeline_->SubmitTokenize(refused.MakeRequest(served_.served, "fifteen tokens"));
  CHECK(refused.WaitForAnswer().status().code() == absl::StatusCode::kResourceExhausted);
  model_.Release();
  CHECK(first_.WaitForAnswer().ok());
  RecordedTokenize welcome;
  pipeline_->SubmitTokenize(welcome.MakeRequest(served_.served, "fifteen tokens"));
  CHECK(welcome.WaitForAnswer().ok());
}

TEST_CASE_METHOD(PipelineFixture, "who may have one call inside may call again once answered",
                 "[pipeline]") {
  Start({.lanes = 1, .max_client_calls = 1});
  for (int i = 0; i < 200; ++i) {
    RecordedCall embedded;
    Submit(embedded, {"text"});
    REQUIRE(embedded.WaitForAnswer().ok());
    RecordedTokenize shown;
    pipeline_->SubmitTokenize(shown.MakeRequest(served_.served, "text"));
    REQUIRE(shown.WaitForAnswer().ok());
  }
  CHECK(observer_.rejected == 0);
}

TEST_CASE_METHOD(PipelineFixture, "a call too many is refused while the first is inside",
                 "[pipeline]") {
  Start({.lanes = 1, .max_client_calls = 1});
  OccupyLane(first_);
  Submit(second_, {"text"});
  CHECK(second_.WaitForAnswer().status().code() == absl::StatusCode::kResourceExhausted);
  RecordedTokenize shown;
  pipeline_->SubmitTokenize(shown.MakeRequest(served_.served, "text"));
  CHECK(shown.WaitForAnswer().status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(observer_.rejected == 2);
  model_.Release();
  CHECK(first_.WaitForAnswer().ok());
}

}  // namespace
}  // namespace quartet
