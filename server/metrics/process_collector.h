// process_*: the standard set of Prometheus clients, which prometheus-cpp lacks.
#ifndef QUARTET_METRICS_PROCESS_COLLECTOR_H_
#define QUARTET_METRICS_PROCESS_COLLECTOR_H_

#include <prometheus/collectable.h>

#include <vector>

namespace quartet {

// Thread-safe. Reads /proc at each scrape, and holds nothing between.
class ProcessCollector final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace quartet

#endif  // QUARTET_METRICS_PROCESS_COLLECTOR_H_
