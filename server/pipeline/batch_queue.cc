#include "pipeline/batch_queue.h"

#include <utility>

#include "pipeline/batch_policy.h"

namespace quartet {
namespace {

std::vector<std::size_t> LengthsOf(const std::vector<WorkItem>& items) {
  std::vector<std::size_t> lengths;
  for (const WorkItem& item : items) lengths.push_back(item.tokens.ids.size());
  return lengths;
}

FairOrder::Key KeyOf(const PendingCall& call) {
  return {.client = call.client(), .stream = call.stream()};
}

}  // namespace

BatchQueue::BatchQueue(std::size_t max_batch_items, const Clock& clock, PipelineObserver& observer)
    : max_batch_items_(max_batch_items), clock_(clock), observer_(observer) {}

void BatchQueue::Push(std::vector<WorkItem> items) {
  {
    const MutexLock lock(mutex_);
    const std::vector<Turn> turns = order_.Join(KeyOf(*items.front().call), LengthsOf(items));
    for (std::size_t i = 0; i < items.size(); ++i) {
      tokens_ += items[i].tokens.ids.size();
      items_.emplace(std::pair(turns[i], pushed_items_++), std::move(items[i]));
    }
    ++pushes_;
    ReportSize();
  }
  changed_.NotifyAll();  // one lane takes a batch, the other the next, or helps the first
}

TakenWork BatchQueue::Take(std::uint64_t& seen) {
  TakenWork taken;
  const MutexLock lock(mutex_);
  while (items_.empty() && !closed_ && seen == pushes_) {
    taken.waited = true;
    changed_.Wait(mutex_);
  }
  seen = pushes_;
  while (!items_.empty() && taken.batch.empty()) {
    RemoveDead(kBatchLookAhead, taken.dead);
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

std::vector<DeadItem> BatchQueue::TakeDead() {
  std::vector<DeadItem> dead;
  const MutexLock lock(mutex_);
  RemoveDead(items_.size(), dead);
  ReportSize();
  return dead;
}

void BatchQueue::RemoveDead(std::size_t places, std::vector<DeadItem>& dead) {
  const TimePoint now = clock_.Now();
  auto place = items_.begin();
  for (std::size_t seen = 0; seen < places && place != items_.end();) {
    const CallState state = place->second.call->StateAt(now);
    if (state == CallState::kAlive) {
      ++place;
      ++seen;
      continue;
    }
    dead.push_back({std::move(place->second), state});
    place = Remove(place, dead.back().item, /*served=*/false);
  }
}

std::optional<TimePoint> BatchQueue::OldestAccepted() {
  const MutexLock lock(mutex_);
  std::optional<TimePoint> oldest;
  for (const auto& [place, item] : items_) {
    if (!oldest || item.call->accepted() < *oldest) oldest = item.call->accepted();
  }
  return oldest;
}

std::vector<WorkItem> BatchQueue::TakeBatch() {
  std::vector<Items::iterator> places;
  std::vector<std::size_t> lengths;
  for (auto place = items_.begin(); place != items_.end() && places.size() < kBatchLookAhead;
       ++place) {
    places.push_back(place);
    lengths.push_back(place->second.tokens.ids.size());
  }
  std::vector<WorkItem> batch;
  for (const std::size_t index : ChooseBatch(lengths, max_batch_items_)) {
    batch.push_back(std::move(places[index]->second));
    Remove(places[index], batch.back(), /*served=*/true);
  }
  return batch;
}

BatchQueue::Items::iterator BatchQueue::Remove(Items::iterator place, const WorkItem& item,
                                               bool served) {
  const std::size_t tokens = item.tokens.ids.size();
  tokens_ -= tokens;
  order_.Leave(KeyOf(*item.call), tokens, served,
               /*last_of_call=*/item.index + 1 == item.call->texts().size());
  return items_.erase(place);
}

void BatchQueue::ReportSize() {
  may_have_work_.store(!items_.empty() || closed_, std::memory_order_relaxed);
  observer_.OnQueueChanged(items_.size(), tokens_);
}

}  // namespace quartet
