#include "metrics/client_metrics.h"

#include <functional>
#include <utility>

#include "metrics/metric_family.h"

namespace quartet {

ClientMetrics::ClientMetrics() : tallies_{{kOther, std::make_shared<ClientTally>()}} {}

void ClientMetrics::SetNames(const std::vector<std::string>& names) {
  const MutexLock lock(mutex_);
  Tallies next = {{kOther, tallies_[kOther]}};
  for (const std::string& name : names) {
    if (next.size() > kMostNames) break;
    const auto known = tallies_.find(name);
    next.emplace(name, known == tallies_.end() ? std::make_shared<ClientTally>() : known->second);
  }
  tallies_ = std::move(next);
}

std::shared_ptr<ClientTally> ClientMetrics::Of(std::string_view name) const {
  const MutexLock lock(mutex_);
  const auto found = tallies_.find(name);
  return found == tallies_.end() ? tallies_.find(kOther)->second : found->second;
}

std::vector<prometheus::MetricFamily> ClientMetrics::Collect() const {
  std::vector<LabelledValue> calls;
  std::vector<LabelledValue> refused;
  std::vector<LabelledValue> in_flight;
  {
    const MutexLock lock(mutex_);
    for (const auto& [name, tally] : tallies_) {
      calls.push_back({name, static_cast<double>(tally->calls)});
      refused.push_back({name, static_cast<double>(tally->refused)});
      in_flight.push_back({name, static_cast<double>(tally->in_flight)});
    }
  }
  return {CounterFamily("quartet_client_requests_total",
                        "Calls and streams that were let in, by the name of their key or "
                        "certificate.",
                        "client", calls),
          CounterFamily("quartet_client_refused_total",
                        "Of these, those that were told to come again later.", "client", refused),
          GaugeFamily("quartet_client_in_flight", "Of these, those that are not yet answered.",
                      "client", in_flight)};
}

}  // namespace quartet
