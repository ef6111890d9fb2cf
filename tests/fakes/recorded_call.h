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

// Thread-safe. Must outlive whoever holds its reply.
template <class Answer>
class RecordedReply {
 public:
  Reply<Answer> MakeReply() { return Reply<Answer>(std::make_unique<Sink>(this)); }  // once

  void Cancel() { cancelled_ = true; }

  absl::StatusOr<Answer> WaitForAnswer() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (!answer_.has_value()) changed_.Wait(mutex_);
    return *answer_;
  }

  // How often the call was answered: anything but 0 and 1 is a bug.
  int answers() const { return answers_; }

 private:
  class Sink final : public ReplySink<Answer> {
   public:
    explicit Sink(RecordedReply* call) : call_(call) {}
    void Finish(absl::StatusOr<Answer> answer) override { call_->Store(std::move(answer)); }
    bool IsCancelled() const override { return call_->cancelled_; }

   private:
    RecordedReply* const call_;
  };

  void Store(absl::StatusOr<Answer> answer) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    ++answers_;
    answer_.emplace(std::move(answer));
    changed_.NotifyAll();
  }

  std::atomic<bool> cancelled_ = false;
  std::atomic<int> answers_ = 0;
  Mutex mutex_;
  CondVar changed_;
  std::optional<absl::StatusOr<Answer>> answer_ QUARTET_GUARDED_BY(mutex_);
};

class RecordedCall : public RecordedReply<EmbedResult> {
 public:
  // The request to submit; once.
  Request MakeRequest(std::vector<std::string> texts, TimePoint deadline = kInfiniteFuture,
                      Truncation truncation = Truncation::kEnd, ClientId client = 0,
                      ServedModelPtr served = nullptr) {
    return {.served = std::move(served),
            .texts = std::move(texts),
            .truncation = truncation,
            .deadline = deadline,
            .client = client,
            .reply = MakeReply()};
  }
};

class RecordedTokenize : public RecordedReply<std::vector<Token>> {
 public:
  // The request to submit; once.
  TokenizeRequest MakeRequest(ServedModelPtr served, std::string text,
                              TimePoint deadline = kInfiniteFuture) {
    return {.served = std::move(served),
            .text = std::move(text),
            .deadline = deadline,
            .reply = MakeReply()};
  }
};

}  // namespace quartet

#endif  // QUARTET_TESTS_FAKES_RECORDED_CALL_H_
