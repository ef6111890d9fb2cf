// A lane: one thread that takes batches and runs the model on them.
#ifndef QUARTET_PIPELINE_MODEL_WORKER_H_
#define QUARTET_PIPELINE_MODEL_WORKER_H_

#include <atomic>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "core/clock.h"
#include "core/embedding_model.h"
#include "pipeline/batch_queue.h"
#include "pipeline/lane_helper.h"
#include "pipeline/pipeline_observer.h"
#include "pipeline/service_rate.h"
#include "pipeline/vector_cache.h"

namespace quartet {

class ModelWorker {
 public:
  // All must outlive the worker. It runs until the queue is closed and drained. `helper`: where it
  // meets the other lane; null if there is none. `rate` is told of each forward, with the time
  // since the one before it where the lane was not idle between them: answering, pauses and waiting
  // for a CPU are part of how fast it works. `pace`: see Pipeline::Options.
  ModelWorker(BatchQueue& queue, LaneHelper* helper, ServiceRate& rate, VectorCache& cache,
              const Clock& clock, PipelineObserver& observer, std::function<void()> pace);
  ~ModelWorker();  // waits for that; close the queue first

  // Has the worker's thread prepared for a model, between two batches, and returns when it is. One
  // caller at a time, not after the queue was closed.
  void Prepare(EmbeddingModel& model);

  // Since the forward that is running began; zero when none is. From any thread.
  Duration ForwardTime() const;

 private:
  void Run();
  void PrepareIfAsked();
  void RunBatch(std::vector<WorkItem> batch, bool queue_is_empty);
  absl::StatusOr<EmbeddingMatrix> Embed(EmbeddingModel& model, const TokenBatch& tokens,
                                        bool share);
  void Keep(const std::vector<WorkItem>& batch, const EmbeddingMatrix& embeddings);
  void Help();

  BatchQueue& queue_;
  LaneHelper* const helper_;
  ServiceRate& rate_;
  VectorCache& cache_;
  const Clock& clock_;
  PipelineObserver& observer_;
  const std::function<void()> pace_;

  // When the running forward began; kNoForward: none runs.
  static constexpr TimePoint kNoForward = kInfiniteFuture;
  std::atomic<TimePoint> forward_began_{kNoForward};

  // The thread's alone: the end of its last forward; nothing when it was idle since then.
  std::optional<TimePoint> busy_since_;

  std::atomic<EmbeddingModel*> to_prepare_{nullptr};  // null: done
  std::thread thread_;                                // last: it uses everything above
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_MODEL_WORKER_H_
