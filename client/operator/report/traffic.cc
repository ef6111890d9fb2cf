#include "operator/report/traffic.h"

namespace quartet {

Traffic TrafficOf(const Interval& interval) {
  const auto p95 = [&](const char* name) { return interval.Quantile(name, 0.95); };
  const auto latency = [&](double quantile) {
    return interval.Quantile("grpc_server_handling_seconds", quantile, kEmbedCalls);
  };
  return {
      .seconds = interval.seconds(),
      .calls = interval.GrownBy("grpc_server_handled_total", "grpc_code", kEmbedCalls),
      .all_calls = interval.Grown("grpc_server_handled_total", kEmbedCalls),
      .texts = interval.Grown("quartet_text_tokens_count"),
      .tokens = interval.Grown("quartet_text_tokens_sum"),
      .truncated = interval.Grown("quartet_truncated_total"),
      .forwards = interval.Grown("quartet_batch_items_count"),
      .embedded = interval.Grown("quartet_batch_items_sum"),
      .refusals = interval.GrownBy("quartet_rejected_total", "reason"),
      .cancelled = interval.Grown("quartet_cancelled_total"),
      .expired = interval.Grown("quartet_expired_total"),
      .failed_forwards = interval.Grown("quartet_failed_forwards_total"),
      .latency_p50 = latency(0.5),
      .latency_p95 = latency(0.95),
      .latency_p99 = latency(0.99),
      .tokenize_p95 = p95("quartet_tokenize_seconds"),
      .queue_p95 = p95("quartet_queue_seconds"),
      .inference_p95 = p95("quartet_inference_seconds"),
  };
}

}  // namespace quartet
