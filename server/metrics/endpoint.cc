#include "metrics/endpoint.h"

#include <prometheus/exposer.h>

#include <exception>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

// A worker holds a connection for its whole life: with the default of two, two slow peers would
// starve every scrape for half a minute.
const std::vector<std::string> kCivetwebLimits = {"num_threads", "4", "request_timeout_ms", "5000"};

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Create(const std::string& address,
                                                                         const Metrics& metrics) {
  std::vector<std::string> options = {"listening_ports", address};
  options.insert(options.end(), kCivetwebLimits.begin(), kCivetwebLimits.end());
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(options);
    for (const auto& collectable : metrics.Collectables()) {
      exposer->RegisterCollectable(collectable);
    }
    return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(exposer)));
  } catch (const std::exception& error) {  // civetweb's, when it can't bind
    return absl::UnavailableError(
        absl::StrCat("can't serve metrics on ", address, ": ", error.what()));
  }
}

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<prometheus::Exposer> exposer)
    : exposer_(std::move(exposer)) {}

MetricsEndpoint::~MetricsEndpoint() = default;

int MetricsEndpoint::port() const { return exposer_->GetListeningPorts().front(); }

}  // namespace quartet
