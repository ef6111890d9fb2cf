#include "current_model.h"

#include <malloc.h>

#include <utility>

#include "host/process_stats.h"
#include "log.h"

namespace quartet {

CurrentModel::CurrentModel(ModelFile file, const Cgroup& cgroup, const Clock& clock,
                           Metrics& metrics)
    : cgroup_(cgroup), clock_(clock), metrics_(metrics), file_(std::move(file)) {}

absl::Status CurrentModel::Load() {
  absl::StatusOr<ServedModelPtr> model = file_.Load();
  if (!model.ok()) return model.status();
  metrics_.SetModelInfo((*model)->info);
  served_ = *std::move(model);
  return absl::OkStatus();
}

absl::Status CurrentModel::Test() {
  if (absl::Status tested = file_.Test(*Get()); !tested.ok()) return tested;
  malloc_trim(0);  // what loading took and gave back
  return absl::OkStatus();
}

void CurrentModel::AllowReloads(Pipeline& pipeline, std::function<void()> freed) {
  reloader_ = std::make_unique<ModelReloader>(StepsOf(pipeline, std::move(freed)));
}

ModelReloader::Steps CurrentModel::StepsOf(Pipeline& pipeline, std::function<void()> freed) {
  return {.load = [this] { return LoadNext(); },
          .swap = [this, &pipeline](const ServedModelPtr& next) { return Swap(pipeline, next); },
          .free =
              [freed = std::move(freed)](ServedModelPtr old) {
                const std::string fingerprint = old->info.fingerprint;
                old.reset();
                malloc_trim(0);
                Log(LogLevel::kInfo, "old model freed",
                    {{"fingerprint", fingerprint},
                     {"memory", InMegabytes(ReadProcessStats().resident_bytes)}});
                freed();
              },
          .unchanged =
              [this] {
                metrics_.CountModelReload("unchanged");
                Log(LogLevel::kInfo, "model unchanged", {{"file", file_.path()}});
              },
          .refused = [this](const absl::Status& reason) { Refuse(reason); }};
}

absl::StatusOr<ServedModelPtr> CurrentModel::LoadNext() {
  reload_began_ = clock_.Now();
  ResetPeakMemory();
  return file_.LoadIfChanged(*Get(), cgroup_.Read());
}

ServedModelPtr CurrentModel::Swap(Pipeline& pipeline, const ServedModelPtr& next) {
  pipeline.Prepare(*next->model);
  ServedModelPtr old = served_.exchange(next);
  metrics_.SetModelInfo(next->info);
  metrics_.CountModelReload("swapped");
  Log(LogLevel::kInfo, "model swapped",
      {{"model", next->info.name},
       {"fingerprint", next->info.fingerprint},
       {"old_fingerprint", old->info.fingerprint},
       {"engine", next->engine},
       {"seconds", InSeconds(clock_.Now() - reload_began_)},
       {"peak_memory", InMegabytes(ReadProcessStats().peak_resident_bytes)}});
  return old;
}

void CurrentModel::Refuse(const absl::Status& reason) {
  malloc_trim(0);  // a model that was loaded and failed its test has gone
  metrics_.CountModelReload("refused");
  Log(LogLevel::kError, "model refused", {{"reason", std::string(reason.message())}});
}

}  // namespace quartet
