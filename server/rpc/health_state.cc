#include "rpc/health_state.h"

namespace quartet {

using grpc::health::v1::HealthCheckResponse;

ServingStatus HealthState::Get(const std::string& service) const {
  const MutexLock lock(mutex_);
  const auto status = statuses_.find(service);
  return status == statuses_.end() ? HealthCheckResponse::SERVICE_UNKNOWN : status->second;
}

HealthState::HealthState() {
  SetAlive(true);
  SetReady(false);
}

void HealthState::SetReady(bool ready) {
  const MutexLock lock(mutex_);
  if (!draining_) SetReadiness(ready);
}

void HealthState::SetDraining() {
  const MutexLock lock(mutex_);
  draining_ = true;
  SetReadiness(false);
}

void HealthState::SetAlive(bool alive) {
  Set("liveness", alive ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
}

bool HealthState::IsReady() const { return Get("readiness") == HealthCheckResponse::SERVING; }

bool HealthState::IsAlive() const { return Get("liveness") == HealthCheckResponse::SERVING; }

void HealthState::SetReadiness(bool ready) {
  for (const char* name : {"", "readiness", "quartet.v1.EmbeddingService", "tei.v1.Embed",
                           "tei.v1.Tokenize", "tei.v1.Info"}) {
    SetLocked(name, ready ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
  }
}

void HealthState::Set(const std::string& service, ServingStatus status) {
  const MutexLock lock(mutex_);
  SetLocked(service, status);
}

void HealthState::SetLocked(const std::string& service, ServingStatus status) {
  statuses_[service] = status;
  for (const auto& [name, watcher] : watchers_) {
    if (name == service) watcher->OnStatus(status);
  }
}

bool HealthState::Watch(const std::string& service, HealthWatcher* watcher) {
  const MutexLock lock(mutex_);
  if (ended_ || watchers_.size() >= kMaxWatchers) return false;
  watchers_.emplace(service, watcher);
  const auto status = statuses_.find(service);
  watcher->OnStatus(status == statuses_.end() ? HealthCheckResponse::SERVICE_UNKNOWN
                                              : status->second);
  return true;
}

void HealthState::Unwatch(const std::string& service, HealthWatcher* watcher) {
  const MutexLock lock(mutex_);
  watchers_.erase({service, watcher});
}

void HealthState::EndWatches() {
  const MutexLock lock(mutex_);
  ended_ = true;
  for (const auto& [name, watcher] : watchers_) watcher->OnEnd();
  watchers_.clear();
}

}  // namespace quartet
