// quartet_*: what happens to texts inside.
#ifndef QUARTET_METRICS_PIPELINE_METRICS_H_
#define QUARTET_METRICS_PIPELINE_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>

#include "pipeline/pipeline_observer.h"

namespace quartet {

using RejectCounts = std::array<double, kRejectReasons.size()>;  // by RejectReason

// Thread-safe; takes no lock but the histograms' own.
class PipelineMetrics final : public PipelineObserver {
 public:
  // Registers everything at zero. `registry` must outlive this.
  explicit PipelineMetrics(prometheus::Registry& registry);

  void OnRejected(RejectReason reason) override;
  void OnTokenized(std::size_t tokens, bool truncated, Duration tokenize) override;
  void OnCacheLookup(bool found) override;
  void OnCacheChanged(const CacheSize& size) override;
  void OnExpired(Stage stage) override;
  void OnCancelled(Stage stage) override;
  void OnQueueChanged(std::size_t items, std::size_t tokens) override;
  void OnBatch(const BatchFacts& batch) override;

  // So far.
  double FailedForwards() const { return failed_forwards_.Value(); }
  RejectCounts Rejected() const;

 private:
  using StageCounters = std::array<prometheus::Counter*, 2>;  // by Stage

  prometheus::Gauge& queue_items_;
  prometheus::Gauge& queue_tokens_;
  prometheus::Histogram& queue_seconds_;
  prometheus::Histogram& tokenize_seconds_;
  prometheus::Histogram& inference_seconds_;
  prometheus::Histogram& batch_items_;
  prometheus::Histogram& batch_tokens_;
  prometheus::Histogram& text_tokens_;
  prometheus::Counter& truncated_;
  prometheus::Counter& failed_forwards_;
  prometheus::Counter& cache_hits_;
  prometheus::Counter& cache_misses_;
  prometheus::Gauge& cache_entries_;
  prometheus::Gauge& cache_bytes_;
  const std::array<prometheus::Counter*, kRejectReasons.size()> rejected_;  // by RejectReason
  const StageCounters cancelled_;
  const StageCounters expired_;
};

}  // namespace quartet

#endif  // QUARTET_METRICS_PIPELINE_METRICS_H_
