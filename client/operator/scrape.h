// A server's metrics, now.
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

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_SCRAPE_H_
