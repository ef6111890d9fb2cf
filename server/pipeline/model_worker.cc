#include "pipeline/model_worker.h"

#include <utility>

#include "pipeline/report_dead.h"
#include "pipeline/share_policy.h"

namespace quartet {
namespace {

// How long a lane that was woken in vain offers its help. The batch that it was woken for starts
// at the same moment.
constexpr Duration kHelpOffer = std::chrono::microseconds(100);

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

ModelWorker::ModelWorker(BatchQueue& queue, LaneHelper* helper, ServiceRate& rate,
                         VectorCache& cache, const Clock& clock, PipelineObserver& observer,
                         std::function<void()> pace)
    : queue_(queue),
      helper_(helper),
      rate_(rate),
      cache_(cache),
      clock_(clock),
      observer_(observer),
      pace_(std::move(pace)),
      thread_([this] { Run(); }) {}

ModelWorker::~ModelWorker() { thread_.join(); }

void ModelWorker::Prepare(EmbeddingModel& model) {
  to_prepare_ = &model;
  queue_.Wake();
  to_prepare_.wait(&model);
}

void ModelWorker::PrepareIfAsked() {
  EmbeddingModel* const model = to_prepare_;
  if (model == nullptr) return;
  model->PrepareThread();
  to_prepare_ = nullptr;
  to_prepare_.notify_all();
}

void ModelWorker::Run() {
  std::uint64_t seen = 0;
  while (true) {
    PrepareIfAsked();
    if (pace_) pace_();
    TakenWork work = queue_.Take(seen);
    if (work.waited || work.batch.empty()) busy_since_.reset();
    for (const DeadItem& dead : work.dead) {
      ReportDead(*dead.item.call, dead.state, Stage::kQueue, 1, observer_);
    }
    if (work.closed) return;
    if (work.batch.empty()) {
      Help();
    } else {
      RunBatch(std::move(work.batch), work.queue_is_empty);
    }
  }
}

void ModelWorker::Help() {
  if (helper_ == nullptr) return;
  const TimePoint end = clock_.Now() + kHelpOffer;
  helper_->Serve([&] {
    return queue_.MayHaveWork() || to_prepare_.load(std::memory_order_relaxed) != nullptr ||
           clock_.Now() >= end;
  });
}

absl::StatusOr<EmbeddingMatrix> ModelWorker::Embed(EmbeddingModel& model, const TokenBatch& tokens,
                                                   bool share) {
  if (helper_ == nullptr) return model.Embed(tokens);
  helper_->BeginBatch();
  absl::StatusOr<EmbeddingMatrix> embeddings = model.Embed(tokens, share ? helper_ : nullptr);
  helper_->EndBatch();
  return embeddings;
}

Duration ModelWorker::ForwardTime() const {
  const TimePoint began = forward_began_.load(std::memory_order_relaxed);
  return began == kNoForward ? Duration::zero() : clock_.Now() - began;
}

void ModelWorker::RunBatch(std::vector<WorkItem> batch, bool queue_is_empty) {
  const TimePoint taken = clock_.Now();
  TokenBatch tokens;
  std::vector<Duration> queue_times;
  for (const WorkItem& item : batch) {
    tokens.Add(item.tokens);
    queue_times.push_back(QueueTime(item, taken));
  }
  const std::size_t count = tokens.token_ids.size();
  const bool share = helper_ != nullptr && ShouldShare(count, queue_is_empty);
  forward_began_.store(taken, std::memory_order_relaxed);
  const absl::StatusOr<EmbeddingMatrix> embeddings =
      Embed(*batch.front().call->served()->model, tokens, share);
  forward_began_.store(kNoForward, std::memory_order_relaxed);
  const TimePoint end = clock_.Now();
  const Duration inference = end - taken;
  rate_.Add(count, end - busy_since_.value_or(taken), share ? 2 : 1);
  busy_since_ = end;
  observer_.OnBatch({.tokens = count,
                     .queue_times = queue_times,
                     .inference = inference,
                     .failed = !embeddings.ok()});
  if (embeddings.ok()) Keep(batch, *embeddings);
  Answer(batch, embeddings, taken, inference);
}

// Before the answers: who has one finds its text kept.
void ModelWorker::Keep(const std::vector<WorkItem>& batch, const EmbeddingMatrix& embeddings) {
  if (!cache_.is_on()) return;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const WorkItem& item = batch[i];
    cache_.Add(VectorCache::KeyOf(item.call->served()->info.fingerprint, item.tokens),
               embeddings.row(i));
  }
  observer_.OnCacheChanged(cache_.Size());
}

}  // namespace quartet
