#include "pipeline/model_worker.h"

#include <utility>

#include "pipeline/report_dead.h"

namespace quartet {
namespace {

// What the text waited for, without what was done for it meanwhile.
Duration QueueTime(const WorkItem& item, TimePoint taken) {
  return taken - item.call->accepted() - item.tokenize;
}

void Answer(std::vector<WorkItem>& batch, const absl::StatusOr<EmbeddingMatrix>& embeddings,
            TimePoint taken, Duration inference) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const WorkItem& item = batch[i];
    if (!embeddings.ok()) {
      // A status of its own for each call: they are read by different threads.
      item.call->Fail(absl::Status(embeddings.status().code(), embeddings.status().message()));
      continue;
    }
    const auto row = embeddings->row(i);
    item.call->Deliver(item.index,
                       {{row.begin(), row.end()}, item.tokens.ids.size(), item.tokens.truncated},
                       {QueueTime(item, taken), item.tokenize, inference});
  }
}

}  // namespace

ModelWorker::ModelWorker(EmbeddingModel& model, BatchQueue& queue, const Clock& clock,
                         PipelineObserver& observer)
    : model_(model), queue_(queue), clock_(clock), observer_(observer), thread_([this] {
        Run();
      }) {}

ModelWorker::~ModelWorker() { thread_.join(); }

void ModelWorker::Run() {
  while (true) {
    TakenWork work = queue_.Take();
    if (work.batch.empty() && work.dead.empty()) return;
    for (const DeadItem& dead : work.dead) {
      ReportDead(*dead.item.call, dead.state, Stage::kQueue, 1, observer_);
    }
    if (!work.batch.empty()) RunBatch(std::move(work.batch));
  }
}

void ModelWorker::RunBatch(std::vector<WorkItem> batch) {
  const TimePoint taken = clock_.Now();
  TokenBatch tokens;
  std::vector<Duration> queue_times;
  for (const WorkItem& item : batch) {
    tokens.Add(item.tokens);
    queue_times.push_back(QueueTime(item, taken));
  }
  const absl::StatusOr<EmbeddingMatrix> embeddings = model_.Embed(tokens);
  const Duration inference = clock_.Now() - taken;
  observer_.OnBatch({.tokens = tokens.token_ids.size(),
                     .queue_times = queue_times,
                     .inference = inference,
                     .failed = !embeddings.ok()});
  Answer(batch, embeddings, taken, inference);
}

}  // namespace quartet
