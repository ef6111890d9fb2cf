#include "metrics/metrics.h"

#include <prometheus/text_serializer.h>

#include <sstream>

#include "metrics/cgroup_collector.h"
#include "metrics/process_collector.h"

namespace quartet {
namespace {

prometheus::Family<prometheus::Gauge>& AddGauges(prometheus::Registry& registry,
                                                 const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

}  // namespace

Metrics::Metrics(const std::vector<MethodName>& methods)
    : registry_(std::make_shared<prometheus::Registry>()),
      calls_(*registry_, methods),
      pipeline_(*registry_),
      security_(*registry_),
      draining_(AddGauges(*registry_, "quartet_draining",
                          "1 when the server answers its last calls and takes no new ones.")
                    .Add({})),
      ready_(AddGauges(*registry_, "quartet_ready", "1 while readiness is SERVING.").Add({})),
      alive_(AddGauges(*registry_, "quartet_alive", "1 while liveness is SERVING.").Add({})),
      oldest_wait_(AddGauges(*registry_, "quartet_queue_oldest_seconds",
                             "Since the oldest text that waits for a lane was accepted; looked at "
                             "five times a second.")
                       .Add({})),
      startup_seconds_(
          AddGauges(*registry_, "quartet_startup_seconds", "Duration of each phase of the start.")),
      model_reloads_(prometheus::BuildCounter()
                         .Name("quartet_model_reloads_total")
                         .Help("Wishes (SIGHUP) to load the model again, by what became of them.")
                         .Register(*registry_)),
      model_info_(AddGauges(*registry_, "quartet_model_info", "The served model; always 1.")),
      build_info_(AddGauges(*registry_, "quartet_build_info", "This server; always 1.")),
      collectors_(
          {clients_, std::make_shared<ProcessCollector>(), std::make_shared<CgroupCollector>()}) {
  alive_.Set(1);
  for (const char* phase : kStartupPhases) startup_seconds_.Add({{"phase", phase}});
  for (const char* result : kReloadResults) model_reloads_.Add({{"result", result}});
}

void Metrics::SetModelInfo(const ModelInfo& model) {
  const MutexLock lock(model_mutex_);
  if (model_ != nullptr) model_info_.Remove(model_);
  model_ = &model_info_.Add({{"name", model.name},
                             {"revision", model.revision},
                             {"fingerprint", model.fingerprint},
                             {"precision", model.precision},
                             {"tokenizer", model.tokenizer}});
  model_->Set(1);
}

void Metrics::CountModelReload(const std::string& result) {
  model_reloads_.Add({{"result", result}}).Increment();
}

void Metrics::SetBuildInfo(const std::string& version) {
  build_info_.Add({{"version", version}}).Set(1);
}

void Metrics::SetStartupSeconds(const std::string& phase, double seconds) {
  startup_seconds_.Add({{"phase", phase}}).Set(seconds);
}

std::string Metrics::Page() const {
  const MutexLock lock(model_mutex_);
  std::ostringstream page;
  const prometheus::TextSerializer serializer;
  serializer.Serialize(page, registry_->Collect());
  for (const auto& collector : collectors_) serializer.Serialize(page, collector->Collect());
  return page.str();
}

}  // namespace quartet
