// What the health service answers, and who wants to hear of changes.
#ifndef QUARTET_RPC_HEALTH_STATE_H_
#define QUARTET_RPC_HEALTH_STATE_H_

#include <map>
#include <set>
#include <string>

#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "grpc/health/v1/health.pb.h"

namespace quartet {

using ServingStatus = grpc::health::v1::HealthCheckResponse::ServingStatus;

class HealthWatcher {
 public:
  // With HealthState's lock held: quick, and no call back into it.
  virtual void OnStatus(ServingStatus status) = 0;
  // The server stops: no OnStatus comes any more.
  virtual void OnEnd() = 0;

 protected:
  ~HealthWatcher() = default;
};

// Thread-safe.
class HealthState {
 public:
  // All names are NOT_SERVING but "liveness", which is SERVING until SetAlive says otherwise.
  HealthState();

  // Readiness: "", "readiness", "quartet.v1.EmbeddingService" and the services of tei.v1.
  void SetReady(bool ready) QUARTET_EXCLUDES(mutex_);
  // Not ready, for good.
  void SetDraining() QUARTET_EXCLUDES(mutex_);
  // "liveness": the process can do its work, and needs no restart.
  void SetAlive(bool alive) QUARTET_EXCLUDES(mutex_);
  bool IsReady() const QUARTET_EXCLUDES(mutex_);
  bool IsAlive() const QUARTET_EXCLUDES(mutex_);

  // A name that was never set is unknown: SERVICE_UNKNOWN.
  ServingStatus Get(const std::string& service) const QUARTET_EXCLUDES(mutex_);
  void Set(const std::string& service, ServingStatus status) QUARTET_EXCLUDES(mutex_);

  // Tells the watcher the status now and each change. False, and nothing is told, when there are
  // `max_watchers` already or EndWatches was called.
  bool Watch(const std::string& service, HealthWatcher* watcher) QUARTET_EXCLUDES(mutex_);
  // Afterwards the watcher is not called any more. May be called for one that is not registered.
  void Unwatch(const std::string& service, HealthWatcher* watcher) QUARTET_EXCLUDES(mutex_);
  // Ends all watches and takes no new ones. An open stream would use up the whole deadline of
  // Server::Shutdown.
  void EndWatches() QUARTET_EXCLUDES(mutex_);

 private:
  void SetLocked(const std::string& service, ServingStatus status) QUARTET_REQUIRES(mutex_);
  void SetReadiness(bool ready) QUARTET_REQUIRES(mutex_);

  // Each costs about 19 KB inside gRPC.
  static constexpr std::size_t kMaxWatchers = 1024;

  mutable Mutex mutex_;
  std::map<std::string, ServingStatus> statuses_ QUARTET_GUARDED_BY(mutex_);
  std::set<std::pair<std::string, HealthWatcher*>> watchers_ QUARTET_GUARDED_BY(mutex_);
  bool draining_ QUARTET_GUARDED_BY(mutex_) = false;
  bool ended_ QUARTET_GUARDED_BY(mutex_) = false;
};

}  // namespace quartet

#endif  // QUARTET_RPC_HEALTH_STATE_H_
