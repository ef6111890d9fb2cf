#include "pipeline/batch_queue.h"

#include <algorithm>
#include <utility>

#include "pipeline/batch_policy.h"

namespace quartet {

BatchQueue::BatchQueue(std::size_t max_batch_items, const Clock& clock, PipelineObserver& observer)
    : max_batch_items_(max_batch_items), clock_(clock), observer_(observer) {}

void BatchQueue::Push(std::vector<WorkItem> items) {
  {
    const MutexLock lock(mutex_);
    for (WorkItem& item : items) {
      tokens_ += item.tokens.ids.size();
      items_.push_back(std::move(item));
    }
    ++pushes_;
    ReportSize();
  }
  changed_.NotifyAll();  // one lane takes a batch, the other the next, or helps the first
}

TakenWork BatchQueue::Take(std::uint64_t& seen) {
  TakenWork taken;
  const MutexLock lock(mutex_);
  while (items_.empty() && !closed_ && seen == pushes_) changed_.Wait(mutex_);
  seen = pushes_;
  while (!items_.empty() && taken.batch.empty()) {
    RemoveDead(taken.dead);
    if (!items_.empty()) taken.batch = TakeBatch();
  }
  taken.queue_is_empty = items_.empty();
  taken.closed = closed_ && items_.empty() && taken.batch.empty();
  ReportSize();
  return taken;
}

void BatchQueue::Close() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    may_have_work_.store(true, std::memory_order_relaxed);
  }
  changed_.NotifyAll();
}

void BatchQueue::RemoveDead(std::vector<DeadItem>& dead) {
  const TimePoint now = clock_.Now();
  std::size_t place = 0;
  while (place < std::min(items_.size(), kBatchLookAhead)) {
    WorkItem& item = items_[place];
    const CallState state = item.call->StateAt(now);
    if (state == CallState::kAlive) {
      ++place;
      continue;
    }
    tokens_ -= item.tokens.ids.size();
    dead.push_back({std::move(item), state});
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(place));
  }
}

std::vector<WorkItem> BatchQueue::TakeBatch() {
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < std::min(items_.size(), kBatchLookAhead); ++i) {
    lengths.push_back(items_[i].tokens.ids.size());
  }
  const std::vector<std::size_t> chosen = ChooseBatch(lengths, max_batch_items_);
  std::vector<WorkItem> batch;
  for (const std::size_t index : chosen) {
    tokens_ -= lengths[index];
    batch.push_back(std::move(items_[index]));
  }
  for (auto index = chosen.rbegin(); index != chosen.rend(); ++index) {
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(*index));
  }
  return batch;
}

void BatchQueue::ReportSize() {
  may_have_work_.store(!items_.empty() || closed_, std::memory_order_relaxed);
  observer_.OnQueueChanged(items_.size(), tokens_);
}

}  // namespace quartet
