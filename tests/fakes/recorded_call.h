// A call whose answer the test can wait for, and whose client it can take away.
#ifndef QUARTET_TESTS_FAKES_RECORDED_CALL_H_
#define QUARTET_TESTS_FAKES_RECORDED_CALL_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/mutex.h"
#include "core/request.h"
#include "core/thread_annotations.h"

namespace quartet {

// Thread-safe. Must outlive the pipeline that holds its request.
class RecordedCall {
 public:
  // The request to submit; once.
  Request MakeRequest(std::vector<std::string> texts, TimePoint deadline = kInfiniteFuture,
                      Truncation truncation = Truncation::kEnd, ClientId client = 0) {
    return {.texts = std::move(texts),
            .truncation = truncation,
            .deadline = deadline,
            .client = client,
            .reply = Reply<EmbedResult>(std::make_unique<Sink>(this))};
  }

  void Cancel() { cancelled_ = true; }

  absl::StatusOr<EmbedResult> WaitForAnswer() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (!answer_.has_value()) changed_.Wait(mutex_);
    return *answer_;
  }

  // How often the call was answered: anything but 0 and 1 is a bug.
  int answers() const { return answers_; }

 private:
  class Sink final : public ReplySink<EmbedResult> {
   public:
    explicit Sink(RecordedCall* call) : call_(call) {}
    void Finish(absl::StatusOr<EmbedResult> answer) override { call_->Store(std::move(answer)); }
    bool IsCancelled() const override { return call_->cancelled_; }

   private:
    RecordedCall* const call_;
  };

  void Store(absl::StatusOr<EmbedResult> answer) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    ++answers_;
    answer_.emplace(std::move(answer));
    changed_.NotifyAll();
  }

  std::atomic<bool> cancelled_ = false;
  std::atomic<int> answers_ = 0;
  Mutex mutex_;
  CondVar changed_;
  std::optional<absl::StatusOr<EmbedResult>> answer_ QUARTET_GUARDED_BY(mutex_);
};

}  // namespace quartet

#endif  // QUARTET_TESTS_FAKES_RECORDED_CALL_H_
