#include "operator/plan/measured_server.h"

namespace quartet {

absl::StatusOr<MeasuredServer> MeasuredServerOf(const MetricsPage& page) {
  const auto sum = [&](const char* name) { return page.Sum(name).value_or(0); };
  const double seconds = sum("quartet_inference_seconds_sum");
  const double texts = sum("quartet_text_tokens_count");
  const double forwards = sum("quartet_batch_items_count");
  if (seconds <= 0 || texts <= 0 || forwards <= 0) {
    return absl::FailedPreconditionError(
        "the server has not embedded anything yet: ask again when it has had a load");
  }
  MeasuredServer measured;
  measured.tokens_per_second = sum("quartet_batch_tokens_sum") / seconds;
  measured.tokens_per_text = sum("quartet_text_tokens_sum") / texts;
  measured.texts_per_forward = sum("quartet_batch_items_sum") / forwards;
  for (const auto& [name, present] : page.SumBy("quartet_model_info", "precision")) {
    measured.precision = PrecisionOf(name);
  }
  return measured;
}

}  // namespace quartet
