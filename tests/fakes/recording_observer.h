// Counts what the pipeline tells.
#ifndef QUARTET_TESTS_FAKES_RECORDING_OBSERVER_H_
#define QUARTET_TESTS_FAKES_RECORDING_OBSERVER_H_

#include <atomic>
#include <cstddef>

#include "pipeline/pipeline_observer.h"

namespace quartet {

// Thread-safe.
class RecordingObserver final : public PipelineObserver {
 public:
  void OnRejected(RejectReason) override { ++rejected; }
  void OnTokenized(std::size_t tokens, bool, Duration) override { this->tokens += tokens; }
  void OnCacheLookup(bool found) override { ++(found ? cache_hits : cache_misses); }
  void OnCacheChanged(const CacheSize& size) override { cached = size.entries; }
  void OnExpired(Stage stage) override { ++(stage == Stage::kQueue ? expired_in_queue : expired); }
  void OnCancelled(Stage) override { ++cancelled; }
  void OnQueueChanged(std::size_t items, std::size_t tokens) override {
    queue_items = items;
    queue_tokens = tokens;
  }
  void OnBatch(const BatchFacts& batch) override {
    ++batches;
    items += batch.queue_times.size();
    if (batch.failed) ++failed_batches;
  }

  std::atomic<std::size_t> rejected = 0, tokens = 0, expired = 0, expired_in_queue = 0,
                           cancelled = 0, queue_items = 0, queue_tokens = 0, batches = 0, items = 0,
                           failed_batches = 0, cache_hits = 0, cache_misses = 0, cached = 0;
};

}  // namespace quartet

#endif  // QUARTET_TESTS_FAKES_RECORDING_OBSERVER_H_
