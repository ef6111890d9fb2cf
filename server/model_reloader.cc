#include "model_reloader.h"

#include <chrono>
#include <utility>

namespace quartet {
namespace {

// Between two looks whether a model is still in use: the last call that lets go of it must not be
// the one that frees it, nor take a lock to say so.
constexpr std::chrono::milliseconds kLookPeriod{20};

}  // namespace

ModelReloader::ModelReloader(Steps steps) : steps_(std::move(steps)), thread_([this] { Run(); }) {}

ModelReloader::~ModelReloader() {
  {
    const MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.NotifyOne();
  thread_.join();
}

void ModelReloader::Request() {
  {
    const MutexLock lock(mutex_);
    requested_ = true;
  }
  changed_.NotifyOne();
}

void ModelReloader::Run() {
  while (WaitForRequest()) Reload();
}

void ModelReloader::Reload() {
  absl::StatusOr<ServedModelPtr> next = steps_.load();
  if (!next.ok()) return steps_.refused(next.status());
  if (*next == nullptr) return steps_.unchanged();
  ServedModelPtr old = steps_.swap(*std::move(next));
  if (WaitUntilUnused(old)) steps_.free(std::move(old));
}

bool ModelReloader::WaitForRequest() {
  const MutexLock lock(mutex_);
  while (!requested_ && !stop_) changed_.Wait(mutex_);
  requested_ = false;
  return !stop_;
}

bool ModelReloader::WaitUntilUnused(const ServedModelPtr& model) {
  const MutexLock lock(mutex_);
  // Nobody can take it any more, so a count of one stays.
  while (model.use_count() > 1 && !stop_) {
    changed_.WaitUntil(mutex_, std::chrono::steady_clock::now() + kLookPeriod);
  }
  return !stop_;
}

}  // namespace quartet
