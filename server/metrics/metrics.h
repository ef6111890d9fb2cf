// All metrics of the server.
#ifndef QUARTET_METRICS_METRICS_H_
#define QUARTET_METRICS_METRICS_H_

#include <prometheus/collectable.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <vector>

#include "core/model_info.h"
#include "metrics/call_metrics.h"
#include "metrics/pipeline_metrics.h"
#include "metrics/security_metrics.h"

namespace quartet {

// Thread-safe, but for the setters of infos, which belong to the start. Everything that can be
// there at zero is there from construction.
class Metrics {
 public:
  // `methods`: every method of which calls will be observed.
  explicit Metrics(const std::vector<MethodName>& methods);

  CallMetrics& calls() { return calls_; }
  PipelineMetrics& pipeline() { return pipeline_; }
  SecurityMetrics& security() { return security_; }

  // Each once: they become labels of quartet_model_info and quartet_build_info.
  void SetModelInfo(const ModelInfo& model);
  void SetBuildInfo(const std::string& version);

  // `phase`: one of kStartupPhases.
  void SetStartupSeconds(const std::string& phase, double seconds);
  void SetDraining() { draining_.Set(1); }
  void SetReady(bool ready) { ready_.Set(ready ? 1 : 0); }
  void SetAlive(bool alive) { alive_.Set(alive ? 1 : 0); }
  void SetOldestWait(Duration wait) { oldest_wait_.Set(ToSeconds(wait)); }

  // What a scrape shows, in Prometheus' text format.
  std::string Page() const;

  // Loading the model, its self-test, listening; and all from main to ready.
  static constexpr const char* kStartupPhases[] = {"model", "self_test", "listen", "total"};

 private:
  const std::shared_ptr<prometheus::Registry> registry_;
  CallMetrics calls_;
  PipelineMetrics pipeline_;
  SecurityMetrics security_;
  prometheus::Gauge& draining_;
  prometheus::Gauge& ready_;
  prometheus::Gauge& alive_;
  prometheus::Gauge& oldest_wait_;
  prometheus::Family<prometheus::Gauge>& startup_seconds_;
  prometheus::Family<prometheus::Gauge>& model_info_;
  prometheus::Family<prometheus::Gauge>& build_info_;
  const std::vector<std::shared_ptr<prometheus::Collectable>> collectors_;
};

}  // namespace quartet

#endif  // QUARTET_METRICS_METRICS_H_
