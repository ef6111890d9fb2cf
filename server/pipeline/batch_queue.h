// The texts that wait for a lane.
#ifndef QUARTET_PIPELINE_BATCH_QUEUE_H_
#define QUARTET_PIPELINE_BATCH_QUEUE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "core/token_sequence.h"
#include "pipeline/fair_order.h"
#include "pipeline/pending_call.h"
#include "pipeline/pipeline_observer.h"

namespace quartet {

// One tokenized text of a call.
struct WorkItem {
  std::shared_ptr<PendingCall> call;
  std::size_t index;  // of the text in the call
  TokenSequence tokens;
  Duration tokenize;  // time spent on it by the tokenizer
};

// A text that is not worth a forward any more, and why.
struct DeadItem {
  WorkItem item;
  CallState state;
};

// What a lane takes.
struct TakenWork {
  std::vector<WorkItem> batch;
  std::vector<DeadItem> dead;
  bool queue_is_empty = true;  // nothing is left for another lane
  bool waited = false;         // for a Push: the lane was idle
  bool closed = false;         // and drained: nothing will ever come
};

// Thread-safe. Bounded by Admission: whatever is pushed here holds a permit.
class BatchQueue {
 public:
  // `clock` and `observer` must outlive the queue. 1 <= max_batch_items <= kMaxBatchItems.
  BatchQueue(std::size_t max_batch_items, const Clock& clock, PipelineObserver& observer);

  // All texts of one call, at least one. Items of a closed queue still come out.
  void Push(std::vector<WorkItem> items) QUARTET_EXCLUDES(mutex_);

  // Waits for a Push that the caller has not seen (`seen`: zero at first, then left alone) and
  // takes the next batch: the text whose turn it is (FairOrder) and mates chosen by ChooseBatch,
  // never waiting for more to come. Texts of expired, cancelled or answered calls that are met on
  // the way are taken as `dead`. Without batch: another lane was faster, or the queue is closed.
  TakenWork Take(std::uint64_t& seen) QUARTET_EXCLUDES(mutex_);

  // All texts of expired, cancelled or answered calls, wherever they wait: looks at every item.
  std::vector<DeadItem> TakeDead() QUARTET_EXCLUDES(mutex_);

  // When the call of the text that has waited longest was accepted; nullopt without any. Looks at
  // every item.
  std::optional<TimePoint> OldestAccepted() QUARTET_EXCLUDES(mutex_);

  // A guess that costs no lock: whether a Take might find something.
  bool MayHaveWork() const { return may_have_work_.load(std::memory_order_relaxed); }

  // Take no longer waits.
  void Close() QUARTET_EXCLUDES(mutex_);

 private:
  using Items = std::map<std::pair<Turn, std::uint64_t>, WorkItem>;

  // Moves dead items out of the first `places`.
  void RemoveDead(std::size_t places, std::vector<DeadItem>& dead) QUARTET_REQUIRES(mutex_);
  std::vector<WorkItem> TakeBatch() QUARTET_REQUIRES(mutex_);
  // `item`, which was moved out of the place, is gone; returns the place behind it.
  Items::iterator Remove(Items::iterator place, const WorkItem& item, bool served)
      QUARTET_REQUIRES(mutex_);
  void ReportSize() QUARTET_REQUIRES(mutex_);

  const std::size_t max_batch_items_;
  const Clock& clock_;
  PipelineObserver& observer_;

  Mutex mutex_;
  CondVar changed_;
  FairOrder order_ QUARTET_GUARDED_BY(mutex_);
  Items items_ QUARTET_GUARDED_BY(mutex_);  // by turn; those of one turn in the order they came
  std::uint64_t pushed_items_ QUARTET_GUARDED_BY(mutex_) = 0;
  std::size_t tokens_ QUARTET_GUARDED_BY(mutex_) = 0;
  std::uint64_t pushes_ QUARTET_GUARDED_BY(mutex_) = 0;
  bool closed_ QUARTET_GUARDED_BY(mutex_) = false;
  std::atomic<bool> may_have_work_{false};
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_BATCH_QUEUE_H_
