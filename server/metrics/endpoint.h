// The HTTP server that Prometheus scrapes and probes ask.
#ifndef QUARTET_METRICS_ENDPOINT_H_
#define QUARTET_METRICS_ENDPOINT_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace quartet {

// Serves pages with threads of its own until it is destroyed; GET only, anything else is 404.
class MetricsEndpoint {
 public:
  // Called from those threads, at the same time.
  struct Pages {
    std::function<std::string()> metrics;  // /metrics: Prometheus' text format
    std::function<bool()> alive;           // /healthz: 200 "ok" or 503
    std::function<bool()> ready;           // /readyz: the same
    // Whether a scrape with that `authorization` header (empty: without one) is answered, and not
    // with 401; empty: each is. Probes always are.
    std::function<bool(std::string_view)> may_scrape = {};
  };

  // Listens at once on "host:port"; port 0 is any free one. UNAVAILABLE: the address can't be
  // bound.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Create(const std::string& address,
                                                                 const Pages& pages);
  ~MetricsEndpoint();

  int port() const;

 private:
  class HttpServer;  // civetweb's

  explicit MetricsEndpoint(std::unique_ptr<HttpServer> server);

  const std::unique_ptr<HttpServer> server_;
};

}  // namespace quartet

#endif  // QUARTET_METRICS_ENDPOINT_H_
