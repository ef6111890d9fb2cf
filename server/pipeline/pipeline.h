// From an accepted request to its answer:
// Admission -> Tokenizing -> BatchQueue -> ModelWorker ("lane") -> Reply.
#ifndef QUARTET_PIPELINE_PIPELINE_H_
#define QUARTET_PIPELINE_PIPELINE_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "core/clock.h"
#include "core/embedding_model.h"
#include "core/request.h"
#include "pipeline/admission.h"
#include "pipeline/batch_queue.h"
#include "pipeline/lane_helper.h"
#include "pipeline/model_worker.h"
#include "pipeline/pipeline_observer.h"
#include "pipeline/service_rate.h"
#include "pipeline/tokenizing.h"
#include "pipeline/vector_cache.h"

namespace quartet {

// Thread-safe.
class Pipeline {
 public:
  struct Options {
    // Threads that run the model, each its own batch. 1 or 2.
    std::size_t lanes = 1;
    // Texts in one forward, 1..kMaxBatchItems.
    std::size_t max_batch_items = kMaxBatchItems;
    // Tokens accepted and not yet answered. Until a text is tokenized it counts as what it may
    // become at most.
    std::size_t max_queue_tokens = 65536;
    // How much work at the measured rate may wait before more is refused.
    Duration max_queue_time = std::chrono::seconds(1);
    // For vectors of texts that came before. 0: each text is computed.
    std::size_t cache_bytes = 0;
    // Calls of one client that may be inside; 0: no limit.
    std::size_t max_client_calls = 0;
    // A lane calls it before it takes a batch. It may block for milliseconds; what it does counts
    // as the lane's time. Empty: nothing to wait for.
    std::function<void()> pace;
  };

  // Both must outlive the pipeline.
  Pipeline(const Options& options, const Clock& clock, PipelineObserver& observer);
  ~Pipeline();  // answers everything that was accepted, then joins the threads

  // Readies the lanes for a model, so that its first calls do not wait for that: one lane after
  // another, between its batches, while the others work on. Returns when all are. One caller at a
  // time, and not while the pipeline is destroyed.
  void Prepare(EmbeddingModel& model);

  // Never waits. Answers the request now (refused) or later (accepted), exactly once. Before it
  // refuses for want of room, calls that are not worth any work are sent away.
  void Submit(Request request);

  // The same for a call that takes no lane.
  void SubmitTokenize(TokenizeRequest request);

  // While memory is short, Submit refuses. The cache is given up when it becomes short.
  void SetMemoryIsShort(bool is_short);

  // How long the forward that began first has been running; zero when none is.
  Duration LongestForward() const;

  // Of the text that has waited longest for a lane; zero when none waits. Looks at every one.
  Duration OldestWait();

 private:
  absl::StatusOr<Permit> Admit(const Claim& claim, TimePoint now);
  // True: it has looked, which it does not do again before kSweepPeriod is over.
  bool SweepDead(TimePoint now);

  const Clock& clock_;
  PipelineObserver& observer_;

  // In the order of the flow: each stage outlives those that come before it in a request's life,
  // and everything outlives the calls inside.
  ServiceRate rate_;
  Admission admission_;
  BatchQueue queue_;
  VectorCache cache_;
  std::atomic<TimePoint> next_sweep_{TimePoint::min()};
  LaneHelper helper_;
  std::vector<std::unique_ptr<ModelWorker>> lanes_;
  Tokenizing tokenizing_;
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_PIPELINE_H_
