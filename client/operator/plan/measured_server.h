// What a running server's histograms say of its work. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_PLAN_MEASURED_SERVER_H_
#define QUARTET_CLIENT_OPERATOR_PLAN_MEASURED_SERVER_H_

#include <optional>

#include "absl/status/statusor.h"
#include "operator/metrics_page.h"
#include "operator/plan/cost_model.h"

namespace quartet {

struct MeasuredServer {
  double tokens_per_second = 0;  // of one lane
  double tokens_per_text = 0;
  double texts_per_forward = 0;
  std::optional<Precision> precision;  // nullopt: one that is not known here
};

// Since its start. FAILED_PRECONDITION: it has not computed anything yet.
absl::StatusOr<MeasuredServer> MeasuredServerOf(const MetricsPage& page);

// Two lanes share a lone batch, which then takes half of the time: below this, in texts a forward,
// a lane looks up to twice as fast as it is when both are busy.
inline constexpr double kBusyForward = 3;

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_PLAN_MEASURED_SERVER_H_
