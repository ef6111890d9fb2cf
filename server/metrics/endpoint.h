// The HTTP server that Prometheus scrapes.
#ifndef QUARTET_METRICS_ENDPOINT_H_
#define QUARTET_METRICS_ENDPOINT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "metrics/metrics.h"

namespace prometheus {
class Exposer;
}  // namespace prometheus

namespace quartet {

// Serves /metrics with threads of its own until it is destroyed.
class MetricsEndpoint {
 public:
  // Listens at once on "host:port"; port 0 is any free one. `metrics` must outlive the endpoint.
  // UNAVAILABLE: the address can't be bound.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Create(const std::string& address,
                                                                 const Metrics& metrics);
  ~MetricsEndpoint();

  int port() const;

 private:
  explicit MetricsEndpoint(std::unique_ptr<prometheus::Exposer> exposer);

  const std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace quartet

#endif  // QUARTET_METRICS_ENDPOINT_H_
