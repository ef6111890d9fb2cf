// A lane: one thread that takes batches and runs the model on them.
#ifndef QUARTET_PIPELINE_MODEL_WORKER_H_
#define QUARTET_PIPELINE_MODEL_WORKER_H_

#include <thread>
#include <vector>

#include "core/clock.h"
#include "core/embedding_model.h"
#include "pipeline/batch_queue.h"
#include "pipeline/pipeline_observer.h"

namespace quartet {

class ModelWorker {
 public:
  // All must outlive the worker. It runs until the queue is closed and drained.
  ModelWorker(EmbeddingModel& model, BatchQueue& queue, const Clock& clock,
              PipelineObserver& observer);
  ~ModelWorker();  // waits for that; close the queue first

 private:
  void Run();
  void RunBatch(std::vector<WorkItem> batch);

  EmbeddingModel& model_;
  BatchQueue& queue_;
  const Clock& clock_;
  PipelineObserver& observer_;

  std::thread thread_;  // last: it uses everything above
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_MODEL_WORKER_H_
