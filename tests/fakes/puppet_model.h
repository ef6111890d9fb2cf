// A model that runs when the test says so, and remembers what it was given.
#ifndef QUARTET_TESTS_FAKES_PUPPET_MODEL_H_
#define QUARTET_TESTS_FAKES_PUPPET_MODEL_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <vector>

#include "core/embedding_model.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet {

// Thread-safe. A row is [number of tokens, sum of the ids]: an answer that went to the wrong text
// shows.
class PuppetModel final : public EmbeddingModel {
 public:
  static constexpr std::size_t kDimension = 2;

  using EmbeddingModel::Embed;
  absl::StatusOr<EmbeddingMatrix> Embed(const TokenBatch& batch, ForwardHelper* helper) override {
    if (helper != nullptr && share_.load()) Share(*helper);
    {
      const MutexLock lock(mutex_);
      batches_.push_back(batch);
      changed_.NotifyAll();
      while (held_) changed_.Wait(mutex_);
      if (!failure_.ok()) return absl::Status(failure_.code(), failure_.message());
    }
    EmbeddingMatrix matrix{.dimension = kDimension, .values = {}};
    auto id = batch.token_ids.begin();
    for (const std::int64_t length : batch.sequence_lengths) {
      float sum = 0;
      for (std::int64_t i = 0; i < length; ++i) sum += static_cast<float>(*id++);
      matrix.values.push_back(static_cast<float>(length));
      matrix.values.push_back(sum);
    }
    return matrix;
  }

  void PrepareThread() override QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    ++preparations_;
    changed_.NotifyAll();
    while (preparations_held_) changed_.Wait(mutex_);
  }
  // The same for threads that prepare as Hold and Release for forwards.
  void HoldPreparations() QUARTET_EXCLUDES(mutex_) { SetPreparationsHeld(true); }
  void ReleasePreparations() QUARTET_EXCLUDES(mutex_) { SetPreparationsHeld(false); }
  void WaitForPreparations(std::size_t count) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (preparations_ < count) changed_.Wait(mutex_);
  }
  std::size_t preparations() const QUARTET_EXCLUDES(mutex_) {  // that have started
    const MutexLock lock(mutex_);
    return preparations_;
  }

  // Forwards ask for help from now on.
  void AskForHelp() { share_ = true; }
  std::size_t shared_forwards() const { return shared_; }

  // Forwards that have started or will start do not end before Release.
  void Hold() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    held_ = true;
  }
  void Release() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    held_ = false;
    changed_.NotifyAll();
  }
  void FailWith(absl::Status failure) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    failure_ = std::move(failure);
  }
  void WaitForForwards(std::size_t count) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (batches_.size() < count) changed_.Wait(mutex_);
  }
  std::vector<TokenBatch> batches() const QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return batches_;
  }

 private:
  void Share(ForwardHelper& helper) {
    const std::function<void()> part = [this] { ++shared_; };
    if (helper.Start(part)) helper.Join();
  }

  void SetPreparationsHeld(bool held) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    preparations_held_ = held;
    changed_.NotifyAll();
  }

  std::atomic<bool> share_{false};
  std::atomic<std::size_t> shared_{0};
  mutable Mutex mutex_;
  CondVar changed_;
  bool held_ QUARTET_GUARDED_BY(mutex_) = false;
  bool preparations_held_ QUARTET_GUARDED_BY(mutex_) = false;
  std::size_t preparations_ QUARTET_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ QUARTET_GUARDED_BY(mutex_);
  std::vector<TokenBatch> batches_ QUARTET_GUARDED_BY(mutex_);
};

}  // namespace quartet

#endif  // QUARTET_TESTS_FAKES_PUPPET_MODEL_H_
