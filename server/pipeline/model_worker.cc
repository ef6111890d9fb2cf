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

ModelWorker::ModelWorker(EmbeddingModel& model, BatchQueue& queue, LaneHelper* helper,
                         ServiceRate& rate, const Clock& clock, PipelineObserver& observer,
                         std::function<void()> pace)
    : model_(model),
      queue_(queue),
      helper_(helper),
      rate_(rate),
      clock_(clock),
      observer_(observer),
      pace_(std::move(pace)),
      thread_([this] { Run(); }) {}

ModelWorker::~ModelWorker() { thread_.join(); }

void ModelWorker::Run() {
  model_.PrepareThread();
  prepared_.count_down();
  std::uint64_t seen = 0;
  while (true) {
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
  helper_->Serve([&] { return queue_.MayHaveWork() || clock_.Now() >= end; });
}

absl::StatusOr<EmbeddingMatrix> ModelWorker::Embed(const TokenBatch& tokens, bool share) {
  if (helper_ == nullptr) return model_.Embed(tokens);
  helper_->BeginBatch();
  absl::StatusOr<EmbeddingMatrix> embeddings = model_.Embed(tokens, share ? helper_ : nullptr);
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
  const absl::StatusOr<EmbeddingMatrix> embeddings = Embed(tokens, share);
  forward_began_.store(kNoForward, std::memory_order_relaxed);
  const TimePoint end = clock_.Now();
  const Duration inference = end - taken;
  rate_.Add(count, end - busy_since_.value_or(taken), share ? 2 : 1);
  busy_since_ = end;
  observer_.OnBatch({.tokens = count,
                     .queue_times = queue_times,
                     .inference = inference,
                     .failed = !embeddings.ok()});
  Answer(batch, embeddings, taken, inference);
}

}  // namespace quartet
