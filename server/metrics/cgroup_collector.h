// quartet_cgroup_*: what the container may use and was denied. No other embedding server shows
// throttling next to latency.
#ifndef QUARTET_METRICS_CGROUP_COLLECTOR_H_
#define QUARTET_METRICS_CGROUP_COLLECTOR_H_

#include <prometheus/collectable.h>

#include <vector>

#include "host/cgroup.h"

namespace quartet {

// Thread-safe. Reads the cgroup's files at each scrape.
class CgroupCollector final : public prometheus::Collectable {
 public:
  explicit CgroupCollector(Cgroup cgroup = Cgroup()) : cgroup_(std::move(cgroup)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const Cgroup cgroup_;
};

}  // namespace quartet

#endif  // QUARTET_METRICS_CGROUP_COLLECTOR_H_
