#include "http/pending_answer.h"

#include <atomic>
#include <chrono>
#include <optional>
#include <utility>

#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet {
namespace {

constexpr Duration kLookPeriod = std::chrono::milliseconds(50);

}  // namespace

class PendingAnswer::State {
 public:
  void Set(absl::StatusOr<EmbedResult> answer) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    answer_ = std::move(answer);
    answered_.NotifyAll();
  }

  absl::StatusOr<EmbedResult> Wait(const std::function<bool()>& is_gone) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (!answer_) {
      const bool is_late =
          !answered_.WaitUntil(mutex_, std::chrono::steady_clock::now() + kLookPeriod);
      if (is_late && !cancelled_ && is_gone()) cancelled_ = true;
    }
    return *std::move(answer_);
  }

  bool IsCancelled() const { return cancelled_; }

 private:
  std::atomic<bool> cancelled_ = false;
  Mutex mutex_;
  CondVar answered_;
  std::optional<absl::StatusOr<EmbedResult>> answer_ QUARTET_GUARDED_BY(mutex_);
};

class PendingAnswer::Sink final : public ReplySink<EmbedResult> {
 public:
  explicit Sink(std::shared_ptr<State> state) : state_(std::move(state)) {}
  void Finish(absl::StatusOr<EmbedResult> answer) override { state_->Set(std::move(answer)); }
  bool IsCancelled() const override { return state_->IsCancelled(); }

 private:
  const std::shared_ptr<State> state_;
};

PendingAnswer::PendingAnswer() : state_(std::make_shared<State>()) {}

Reply<EmbedResult> PendingAnswer::MakeReply() {
  return Reply<EmbedResult>(std::make_unique<Sink>(state_));
}

absl::StatusOr<EmbedResult> PendingAnswer::Wait(const std::function<bool()>& is_gone) {
  return state_->Wait(is_gone);
}

}  // namespace quartet
