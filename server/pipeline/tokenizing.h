// The stage that turns the texts of accepted calls into work items.
#ifndef QUARTET_PIPELINE_TOKENIZING_H_
#define QUARTET_PIPELINE_TOKENIZING_H_

#include <deque>
#include <memory>
#include <thread>

#include "core/clock.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "core/tokenizer.h"
#include "pipeline/batch_queue.h"
#include "pipeline/pending_call.h"
#include "pipeline/pipeline_observer.h"

namespace quartet {

// Thread-safe. Owns one thread. Bounded by Admission, like the batch queue behind it.
class Tokenizing {
 public:
  // All must outlive the stage.
  Tokenizing(const Tokenizer& tokenizer, BatchQueue& queue, const Clock& clock,
             PipelineObserver& observer);
  ~Tokenizing();  // Close

  void Push(std::shared_ptr<PendingCall> call) QUARTET_EXCLUDES(mutex_);

  // Finishes what was pushed, then joins the thread.
  void Close() QUARTET_EXCLUDES(mutex_);

 private:
  void Run();
  std::shared_ptr<PendingCall> Next() QUARTET_EXCLUDES(mutex_);  // null: closed and drained
  void Process(const std::shared_ptr<PendingCall>& call);

  const Tokenizer& tokenizer_;
  BatchQueue& queue_;
  const Clock& clock_;
  PipelineObserver& observer_;

  Mutex mutex_;
  CondVar changed_;
  std::deque<std::shared_ptr<PendingCall>> calls_ QUARTET_GUARDED_BY(mutex_);
  bool closed_ QUARTET_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // last: it uses everything above
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_TOKENIZING_H_
