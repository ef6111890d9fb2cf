// The stage that turns the texts of accepted calls into work items, and shows tokens to who asks.
#ifndef QUARTET_PIPELINE_TOKENIZING_H_
#define QUARTET_PIPELINE_TOKENIZING_H_

#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "core/clock.h"
#include "core/mutex.h"
#include "core/request.h"
#include "core/thread_annotations.h"
#include "pipeline/batch_queue.h"
#include "pipeline/pending_call.h"
#include "pipeline/pipeline_observer.h"
#include "pipeline/vector_cache.h"

namespace quartet {

struct AdmittedTokenize {
  TokenizeRequest request;
  Permit permit;
};

// Thread-safe. Owns one thread. Bounded by Admission, like the batch queue behind it.
class Tokenizing {
 public:
  // All must outlive the stage.
  Tokenizing(BatchQueue& queue, VectorCache& cache, const Clock& clock, PipelineObserver& observer);
  ~Tokenizing();  // Close

  void Push(std::shared_ptr<PendingCall> call) QUARTET_EXCLUDES(mutex_) { Add(std::move(call)); }
  void Push(AdmittedTokenize call) QUARTET_EXCLUDES(mutex_) { Add(std::move(call)); }

  // Finishes what was pushed, then joins the thread.
  void Close() QUARTET_EXCLUDES(mutex_);

 private:
  using Work = std::variant<std::shared_ptr<PendingCall>, AdmittedTokenize>;

  void Add(Work work) QUARTET_EXCLUDES(mutex_);
  void Run();
  std::optional<Work> Next() QUARTET_EXCLUDES(mutex_);  // nullopt: closed and drained
  void Process(const std::shared_ptr<PendingCall>& call);
  void Process(AdmittedTokenize& call);
  // The vector of the same tokens, if it was kept.
  std::optional<std::vector<float>> Find(const WorkItem& item);
  absl::StatusOr<std::vector<Token>> Answer(const TokenizeRequest& request);

  BatchQueue& queue_;
  VectorCache& cache_;
  const Clock& clock_;
  PipelineObserver& observer_;

  Mutex mutex_;
  CondVar changed_;
  std::deque<Work> work_ QUARTET_GUARDED_BY(mutex_);
  bool closed_ QUARTET_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // last: it uses everything above
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_TOKENIZING_H_
