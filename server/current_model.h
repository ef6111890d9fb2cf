// The model that is served: the one of the start, and those that follow it.
#ifndef QUARTET_CURRENT_MODEL_H_
#define QUARTET_CURRENT_MODEL_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "core/clock.h"
#include "core/served_model.h"
#include "host/cgroup.h"
#include "metrics/metrics.h"
#include "model_file.h"
#include "model_reloader.h"
#include "pipeline/pipeline.h"

namespace quartet {

// Every change of it is a log line, and in the metrics.
class CurrentModel {
 public:
  // All must outlive it, but not the calls that hold a model of it.
  CurrentModel(ModelFile file, const Cgroup& cgroup, const Clock& clock, Metrics& metrics);

  // The start, once each, in this order; one line on failure.
  absl::Status Load();
  absl::Status Test();
  // Has `pipeline`, which must outlive the last reload, prepared for each model. `freed`: called on
  // another thread after an old model has gone.
  void AllowReloads(Pipeline& pipeline, std::function<void()> freed);

  // Thread-safe. Never null after Load.
  ServedModelPtr Get() const { return served_.load(); }

  // Thread-safe, after AllowReloads. Returns at once. Looks whether the file is another one by now,
  // and serves its model if that is good.
  void Reload() { reloader_->Request(); }

  // No reload any more: before the pipeline goes.
  void ForbidReloads() { reloader_.reset(); }

 private:
  ModelReloader::Steps StepsOf(Pipeline& pipeline, std::function<void()> freed);
  absl::StatusOr<ServedModelPtr> LoadNext();
  ServedModelPtr Swap(Pipeline& pipeline, const ServedModelPtr& next);
  void Refuse(const absl::Status& reason);

  const Cgroup& cgroup_;
  const Clock& clock_;
  Metrics& metrics_;
  std::atomic<ServedModelPtr> served_;

  // The start's, then the reloader's alone.
  ModelFile file_;
  TimePoint reload_began_{};
  std::unique_ptr<ModelReloader> reloader_;  // last: it uses everything above
};

}  // namespace quartet

#endif  // QUARTET_CURRENT_MODEL_H_
