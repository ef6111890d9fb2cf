// A server's metrics, now and a while later.
#ifndef QUARTET_CLIENT_OPERATOR_SCRAPE_H_
#define QUARTET_CLIENT_OPERATOR_SCRAPE_H_

#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "operator/metrics_page.h"

namespace quartet {

// `address`: host:port of --metrics-listen. UNAVAILABLE: no answer within 5 s, or not 200;
// INVALID_ARGUMENT: what came are no metrics. A stop ends the wait within a second.
absl::StatusOr<MetricsPage> Scrape(const std::string& address, std::stop_token stop = {});

struct TwoScrapes {
  MetricsPage before;
  MetricsPage after;
  double seconds = 0;  // between them, as measured
};

// Blocks for so many seconds. Errors as above.
absl::StatusOr<TwoScrapes> ScrapeTwice(const std::string& address, double seconds);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_SCRAPE_H_
