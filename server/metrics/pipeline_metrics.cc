#include "metrics/pipeline_metrics.h"

#include <string>

#include "metrics/buckets.h"

namespace quartet {
namespace {

using prometheus::Registry;
using ByReason = std::array<prometheus::Counter*, kRejectReasons.size()>;

prometheus::Gauge& AddGauge(Registry& registry, const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Histogram& AddHistogram(Registry& registry, const std::string& name,
                                    const std::string& help,
                                    const prometheus::Histogram::BucketBoundaries& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

prometheus::Family<prometheus::Counter>& AddCounters(Registry& registry, const std::string& name,
                                                     const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

std::array<prometheus::Counter*, 2> AddForStages(prometheus::Family<prometheus::Counter>& family) {
  return {&family.Add({{"stage", "tokenize"}}), &family.Add({{"stage", "queue"}})};
}

ByReason AddForReasons(prometheus::Family<prometheus::Counter>& family) {
  ByReason counters{};
  for (const RejectReason reason : kRejectReasons) {
    counters.at(static_cast<std::size_t>(reason)) = &family.Add({{"reason", NameOf(reason)}});
  }
  return counters;
}

}  // namespace

PipelineMetrics::PipelineMetrics(Registry& registry)
    : queue_items_(AddGauge(registry, "quartet_queue_items", "Texts that wait for a lane.")),
      queue_tokens_(AddGauge(registry, "quartet_queue_tokens", "Tokens that wait for a lane.")),
      queue_seconds_(AddHistogram(registry, "quartet_queue_seconds",
                                  "Waiting of a text for the tokenizer and for a lane.",
                                  LatencyBuckets())),
      tokenize_seconds_(AddHistogram(registry, "quartet_tokenize_seconds",
                                     "Tokenizing of one text.", LatencyBuckets())),
      inference_seconds_(AddHistogram(registry, "quartet_inference_seconds",
                                      "One forward of the model.", LatencyBuckets())),
      batch_items_(AddHistogram(registry, "quartet_batch_items", "Texts in one forward.",
                                BatchItemBuckets())),
      batch_tokens_(AddHistogram(registry, "quartet_batch_tokens", "Tokens in one forward.",
                                 BatchTokenBuckets())),
      text_tokens_(AddHistogram(registry, "quartet_text_tokens",
                                "Tokens of one text, after truncation, special tokens included.",
                                TextTokenBuckets())),
      truncated_(AddCounters(registry, "quartet_truncated_total",
                             "Texts that were cut to the model's maximum length.")
                     .Add({})),
      failed_forwards_(AddCounters(registry, "quartet_failed_forwards_total",
                                   "Forwards that failed; their calls were answered INTERNAL.")
                           .Add({})),
      cache_hits_(AddCounters(registry, "quartet_cache_hits_total",
                              "Texts whose vector was kept from before.")
                      .Add({})),
      cache_misses_(AddCounters(registry, "quartet_cache_misses_total",
                                "Texts that were looked for in the cache and not found.")
                        .Add({})),
      cache_entries_(AddGauge(registry, "quartet_cache_entries", "Vectors that are kept.")),
      cache_bytes_(AddGauge(registry, "quartet_cache_bytes", "Memory of the vectors kept.")),
      rejected_(
          AddForReasons(AddCounters(registry, "quartet_rejected_total",
                                    "Calls that were refused before any work was done for them."))),
      cancelled_(AddForStages(AddCounters(registry, "quartet_cancelled_total",
                                          "Texts given up because their client had gone."))),
      expired_(AddForStages(AddCounters(registry, "quartet_expired_total",
                                        "Texts given up because their deadline had passed."))) {}

void PipelineMetrics::OnRejected(RejectReason reason) {
  rejected_[static_cast<std::size_t>(reason)]->Increment();
}

RejectCounts PipelineMetrics::Rejected() const {
  RejectCounts counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = rejected_[i]->Value();
  return counts;
}

void PipelineMetrics::OnTokenized(std::size_t tokens, bool truncated, Duration tokenize) {
  text_tokens_.Observe(static_cast<double>(tokens));
  tokenize_seconds_.Observe(ToSeconds(tokenize));
  if (truncated) truncated_.Increment();
}

void PipelineMetrics::OnCacheLookup(bool found) {
  (found ? cache_hits_ : cache_misses_).Increment();
}

void PipelineMetrics::OnCacheChanged(const CacheSize& size) {
  cache_entries_.Set(static_cast<double>(size.entries));
  cache_bytes_.Set(static_cast<double>(size.bytes));
}

void PipelineMetrics::OnExpired(Stage stage) {
  expired_[static_cast<std::size_t>(stage)]->Increment();
}

void PipelineMetrics::OnCancelled(Stage stage) {
  cancelled_[static_cast<std::size_t>(stage)]->Increment();
}

void PipelineMetrics::OnQueueChanged(std::size_t items, std::size_t tokens) {
  queue_items_.Set(static_cast<double>(items));
  queue_tokens_.Set(static_cast<double>(tokens));
}

void PipelineMetrics::OnBatch(const BatchFacts& batch) {
  batch_items_.Observe(static_cast<double>(batch.queue_times.size()));
  batch_tokens_.Observe(static_cast<double>(batch.tokens));
  inference_seconds_.Observe(ToSeconds(batch.inference));
  if (batch.failed) failed_forwards_.Increment();
  for (const Duration queued : batch.queue_times) queue_seconds_.Observe(ToSeconds(queued));
}

}  // namespace quartet
