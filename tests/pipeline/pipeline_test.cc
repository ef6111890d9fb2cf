#include "pipeline/pipeline.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "core/error_detail.h"
#include "pipeline/pipeline_fixture.h"

namespace quartet {
namespace {

using std::chrono::milliseconds;
using Values = std::vector<float>;

TEST_CASE_METHOD(PipelineFixture, "texts are answered in their order, whatever their batches",
                 "[pipeline]") {
  Start({.lanes = 2});
  Submit(first_, {"a", "bb", "ccc", "dddd", "eeeee", "ffffff"});
  const auto answer = first_.WaitForAnswer();
  REQUIRE(answer.ok());
  REQUIRE(answer->embeddings.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    const float letters = static_cast<float>((i + 1) * ('a' + i));
    CHECK(answer->embeddings[i].values == Values{static_cast<float>(i + 3), letters + 3});
    CHECK(answer->embeddings[i].token_count == i + 3);
  }
}

TEST_CASE_METHOD(PipelineFixture, "a text that was cut says so", "[pipeline]") {
  Start();
  Submit(first_, {"short", "much too long for sixteen tokens"});
  const auto answer = first_.WaitForAnswer();
  REQUIRE(answer.ok());
  CHECK_FALSE(answer->embeddings[0].truncated);
  CHECK(answer->embeddings[1].truncated);
  CHECK(answer->embeddings[1].token_count == 16);
}

TEST_CASE_METHOD(PipelineFixture, "a text that may not be cut is named, and costs no forward",
                 "[pipeline]") {
  Start();
  Submit(first_, {"short", "much too long for sixteen tokens"}, kInfiniteFuture,
         Truncation::kReject);
  const auto answer = first_.WaitForAnswer();
  CHECK(answer.status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(FieldOf(answer.status()) == "texts[1]");
  Stop();
  CHECK(model_.batches().empty());
}

TEST_CASE_METHOD(PipelineFixture, "a full pipeline refuses at once and serves on", "[pipeline]") {
  Start({.lanes = 1, .max_queue_tokens = 21});
  OccupyLane(first_);
  Submit(second_, {"fifteen tokens"});
  CHECK(second_.WaitForAnswer().status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(observer_.rejected == 1);
  model_.Release();
  CHECK(first_.WaitForAnswer().ok());
  Stop();
  CHECK(second_.answers() == 1);
}

TEST_CASE_METHOD(PipelineFixture,
                 "while memory is short nobody comes in, and what is inside goes on",
                 "[pipeline]") {
  Start();
  OccupyLane(first_);
  pipeline_->SetMemoryIsShort(true);
  Submit(second_, {"refused"});
  const absl::Status refused = second_.WaitForAnswer().status();
  CHECK(refused.code() == absl::StatusCode::kUnavailable);
  CHECK(RetryAfterOf(refused).has_value());
  model_.Release();
  CHECK(first_.WaitForAnswer().ok());
  pipeline_->SetMemoryIsShort(false);
  Submit(third_, {"welcome"});
  CHECK(third_.WaitForAnswer().ok());
}

TEST_CASE_METHOD(PipelineFixture, "a forward that does not end can be seen from outside",
                 "[pipeline]") {
  Start();
  CHECK(pipeline_->LongestForward() == Duration::zero());
  OccupyLane(first_);
  clock_.Advance(milliseconds(700));
  CHECK(pipeline_->LongestForward() == milliseconds(700));
  model_.Release();
  CHECK(first_.WaitForAnswer().ok());
  CHECK(pipeline_->LongestForward() == Duration::zero());
}

TEST_CASE_METHOD(PipelineFixture, "those who have gone make room before anybody is refused",
                 "[pipeline]") {
  Start({.lanes = 1, .max_queue_tokens = 36});
  OccupyLane(first_);
  Submit(second_, {"fifteen tokens"}, clock_.Now() + milliseconds(5));
  while (observer_.queue_items != 1) std::this_thread::yield();
  Submit(third_, {"fifteen tokens"});
  CHECK(third_.WaitForAnswer().status().code() == absl::StatusCode::kResourceExhausted);
  clock_.Advance(std::chrono::seconds(1));
  RecordedCall fourth;
  Submit(fourth, {"fifteen tokens"});
  CHECK(second_.WaitForAnswer().status().code() == absl::StatusCode::kDeadlineExceeded);
  model_.Release();
  CHECK(fourth.WaitForAnswer().ok());
  Stop();
}

TEST_CASE_METHOD(PipelineFixture, "what waits goes in one batch as soon as the lane is free",
                 "[pipeline]") {
  Start();
  OccupyLane(first_);
  Submit(second_, {"a", "b"});
  Submit(third_, {"c"});
  while (observer_.queue_items != 3) std::this_thread::yield();
  model_.Release();
  CHECK(third_.WaitForAnswer().ok());
  Stop();
  REQUIRE(model_.batches().size() == 2);
  CHECK(model_.batches()[1].sequence_lengths == std::vector<std::int64_t>{3, 3, 3});
}

TEST_CASE_METHOD(PipelineFixture, "a deadline that passes in the queue costs no forward",
                 "[pipeline]") {
  Start();
  OccupyLane(first_);
  Submit(second_, {"late"}, clock_.Now() + milliseconds(5));
  while (observer_.queue_items != 1) std::this_thread::yield();
  clock_.Advance(milliseconds(5));
  model_.Release();
  CHECK(second_.WaitForAnswer().status().code() == absl::StatusCode::kDeadlineExceeded);
  Stop();
  CHECK(model_.batches().size() == 1);
  CHECK(observer_.expired_in_queue == 1);
}

TEST_CASE_METHOD(PipelineFixture, "a call that comes too late is not even tokenized",
                 "[pipeline]") {
  Start();
  Submit(first_, {"late", "too"}, clock_.Now());
  CHECK(first_.WaitForAnswer().status().code() == absl::StatusCode::kDeadlineExceeded);
  CHECK(observer_.expired == 2);
  CHECK(observer_.tokens == 0);
}

TEST_CASE_METHOD(PipelineFixture, "a client that has gone costs no forward", "[pipeline]") {
  Start();
  OccupyLane(first_);
  Submit(second_, {"gone", "too"});
  while (observer_.queue_items != 2) std::this_thread::yield();
  second_.Cancel();
  model_.Release();
  CHECK(second_.WaitForAnswer().status().code() == absl::StatusCode::kCancelled);
  Stop();
  CHECK(model_.batches().size() == 1);
  CHECK(observer_.cancelled >= 1);
}

TEST_CASE_METHOD(PipelineFixture, "a failed forward fails its calls, and only those",
                 "[pipeline]") {
  Start();
  model_.FailWith(absl::InternalError("the puppet failed"));
  Submit(first_, {"a"});
  CHECK(first_.WaitForAnswer().status().code() == absl::StatusCode::kInternal);
  model_.FailWith(absl::OkStatus());
  Submit(second_, {"a"});
  CHECK(second_.WaitForAnswer().ok());
  CHECK(observer_.failed_batches == 1);
}

TEST_CASE_METHOD(PipelineFixture, "each call is answered by the model that it holds, to the end",
                 "[pipeline]") {
  const FakeServedModel next("def", 8);
  Start();
  OccupyLane(first_);
  Submit(second_, {"ten letters"});
  while (observer_.queue_items != 1) std::this_thread::yield();
  std::thread preparing([&] { pipeline_->Prepare(next.puppet()); });  // when the lane is free
  pipeline_->Submit(third_.MakeRequest({"ten letters", "b"}, kInfiniteFuture, Truncation::kEnd,
                                       /*client=*/0, next.served));
  while (observer_.queue_items != 3) std::this_thread::yield();
  model_.Release();
  preparing.join();
  CHECK(second_.WaitForAnswer()->embeddings[0].token_count == 13);
  CHECK(third_.WaitForAnswer()->embeddings[0].token_count == 8);
  Stop();
  CHECK(model_.batches().size() == 2);
  REQUIRE(next.puppet().batches().size() == 1);
  CHECK(next.puppet().batches()[0].sequence_lengths == std::vector<std::int64_t>{8, 3});
}

TEST_CASE_METHOD(PipelineFixture, "lanes are prepared one by one, while the others work",
                 "[pipeline]") {
  Start({.lanes = 2});
  const FakeServedModel next;
  next.puppet().HoldPreparations();
  std::thread preparing([&] { pipeline_->Prepare(next.puppet()); });
  next.puppet().WaitForPreparations(1);
  Submit(first_, {"a"});
  CHECK(first_.WaitForAnswer().ok());
  CHECK(next.puppet().preparations() == 1);
  next.puppet().ReleasePreparations();
  preparing.join();
  CHECK(next.puppet().preparations() == 2);
}

TEST_CASE_METHOD(PipelineFixture, "nothing of a model is kept once its calls are answered",
                 "[pipeline]") {
  Start({.lanes = 2});
  FakeServedModel next;
  const std::weak_ptr<const ServedModel> old = next.served;
  pipeline_->Prepare(next.puppet());
  pipeline_->Submit(first_.MakeRequest({"a", "b", "c"}, kInfiniteFuture, Truncation::kEnd,
                                       /*client=*/0, std::move(next.served)));
  CHECK(first_.WaitForAnswer().ok());
  while (!old.expired()) std::this_thread::yield();
  Submit(second_, {"a"});
  CHECK(second_.WaitForAnswer().ok());
}

TEST_CASE_METHOD(PipelineFixture, "the oldest wait is that of the text that waits longest",
                 "[pipeline]") {
  Start();
  CHECK(pipeline_->OldestWait() == Duration::zero());
  OccupyLane(first_);
  Submit(second_, {"a"});
  while (observer_.queue_items == 0) std::this_thread::yield();
  clock_.Advance(milliseconds(30));
  Submit(third_, {"a"});
  CHECK(pipeline_->OldestWait() == milliseconds(30));
  model_.Release();
  CHECK(third_.WaitForAnswer().ok());
  CHECK(pipeline_->OldestWait() == Duration::zero());
}

TEST_CASE_METHOD(PipelineFixture, "stopping answers everything that was accepted", "[pipeline]") {
  Start({.lanes = 2});
  std::vector<RecordedCall> calls(50);
  for (RecordedCall& call : calls) Submit(call, {"a", "bb", "ccc"});
  Stop();
  for (RecordedCall& call : calls) {
    REQUIRE(call.answers() == 1);
    CHECK(call.WaitForAnswer().ok());
  }
}

TEST_CASE_METHOD(PipelineFixture, "a lane is paced before it takes a batch", "[pipeline]") {
  std::atomic<int> paced = 0;
  Start({.lanes = 1, .pace = [&paced] { ++paced; }});
  Submit(first_, {"one"});
  CHECK(first_.WaitForAnswer().ok());
  CHECK(paced >= 1);
  Submit(second_, {"two"});
  CHECK(second_.WaitForAnswer().ok());
  CHECK(paced >= 2);
  Stop();
}

TEST_CASE_METHOD(PipelineFixture, "an idle lane helps with a lone call", "[pipeline]") {
  Start({.lanes = 2});
  model_.AskForHelp();
  // The clock stands still, so nobody gives up waiting for the other: it must be every call.
  for (std::size_t i = 1; i <= 50; ++i) {
    RecordedCall call;
    Submit(call, {"long enough"});
    REQUIRE(call.WaitForAnswer().ok());
    REQUIRE(model_.shared_forwards() == i);
  }
  RecordedCall call;
  Submit(call, {"short"});
  CHECK(call.WaitForAnswer().ok());
  CHECK(model_.shared_forwards() == 50);
}

TEST_CASE_METHOD(PipelineFixture, "one lane alone has no helper", "[pipeline]") {
  Start({.lanes = 1});
  model_.AskForHelp();
  Submit(first_, {"long enough"});
  CHECK(first_.WaitForAnswer().ok());
  CHECK(model_.shared_forwards() == 0);
}

TEST_CASE_METHOD(PipelineFixture, "many clients at once each get their own vectors, once",
                 "[pipeline]") {
  Start({.lanes = 2});
  std::vector<std::thread> clients;
  std::atomic<int> wrong = 0;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([this, client, &wrong] {
      const std::string text(static_cast<std::size_t>(client) + 1, 'x');
      for (int i = 0; i < 50; ++i) {
        RecordedCall call;
        Submit(call, {text});
        const auto answer = call.WaitForAnswer();
        if (!answer.ok() || answer->embeddings[0].token_count != text.size() + 2) ++wrong;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(wrong == 0);
  CHECK(observer_.items == 400);
}

}  // namespace
}  // namespace quartet
