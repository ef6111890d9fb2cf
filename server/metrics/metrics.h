// All metrics of the server.
#ifndef QUARTET_METRICS_METRICS_H_
#define QUARTET_METRICS_METRICS_H_

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <vector>

#include "core/model_info.h"
#include "core/mutex.h"
#include "metrics/call_metrics.h"
#include "metrics/client_metrics.h"
#include "metrics/pipeline_metrics.h"
#include "metrics/security_metrics.h"

namespace quartet {

// Thread-safe. Everything that can be there at zero is there from construction.
class Metrics {
 public:
  // `methods`: every method of which calls will be observed.
  explicit Metrics(const std::vector<MethodName>& methods);

  CallMetrics& calls() { return calls_; }
  PipelineMetrics& pipeline() { return pipeline_; }
  SecurityMetrics& security() { return security_; }
  ClientMetrics& clients() { return *clients_; }

  // Labels of quartet_model_info: of the last one that was set, and no other.
  void SetModelInfo(const ModelInfo& model) QUARTET_EXCLUDES(model_mutex_);
  // `result`: one of kReloadResults.
  void CountModelReload(const std::string& result);
  // Once.
  void SetBuildInfo(const std::string& version);

  // `phase`: one of kStartupPhases.
  void SetStartupSeconds(const std::string& phase, double seconds);
  void SetDraining() { draining_.Set(1); }
  void SetReady(bool ready) { ready_.Set(ready ? 1 : 0); }
  void SetAlive(bool alive) { alive_.Set(alive ? 1 : 0); }
  void SetOldestWait(Duration wait) { oldest_wait_.Set(ToSeconds(wait)); }

  // What a scrape shows, in Prometheus' text format.
  std::string Page() const QUARTET_EXCLUDES(model_mutex_);

  // Loading the model, its self-test, listening; and all from main to ready.
  static constexpr const char* kStartupPhases[] = {"model", "self_test", "listen", "total"};

  // What may become of a wish to load the model again.
  static constexpr const char* kReloadResults[] = {"swapped", "unchanged", "refused"};

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
  prometheus::Family<prometheus::Counter>& model_reloads_;
  prometheus::Family<prometheus::Gauge>& model_info_;
  prometheus::Family<prometheus::Gauge>& build_info_;
  const std::shared_ptr<ClientMetrics> clients_ = std::make_shared<ClientMetrics>();
  const std::vector<std::shared_ptr<prometheus::Collectable>> collectors_;
  mutable Mutex model_mutex_;  // held while a page is made: it has one model, neither none nor two
  prometheus::Gauge* model_ QUARTET_GUARDED_BY(model_mutex_) = nullptr;  // of model_info_
};

}  // namespace quartet

#endif  // QUARTET_METRICS_METRICS_H_
