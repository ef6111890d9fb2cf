// Changes the model while calls are served.
#ifndef QUARTET_MODEL_RELOADER_H_
#define QUARTET_MODEL_RELOADER_H_

#include <functional>
#include <thread>

#include "absl/status/statusor.h"
#include "core/mutex.h"
#include "core/served_model.h"
#include "core/thread_annotations.h"

namespace quartet {

// Owns a thread, on which all of it happens, so that whoever asks never waits. There are two models
// at most, and only until the calls that hold the old one are answered: before, nothing is loaded.
// Thread-safe.
class ModelReloader {
 public:
  // In the order of a reload; called one at a time, on the reloader's thread.
  struct Steps {
    // The model to serve instead, tested; null: the one that is served is still right. A failure
    // has changed nothing.
    std::function<absl::StatusOr<ServedModelPtr>()> load;
    // From now on calls take `next`; returns the one that they took before.
    std::function<ServedModelPtr(ServedModelPtr next)> swap;
    // No call holds the old model any more; now it may be freed.
    std::function<void(ServedModelPtr old)> free;
    std::function<void()> unchanged;
    std::function<void(const absl::Status& reason)> refused;
  };

  explicit ModelReloader(Steps steps);
  // Waits for a reload that is running, but for no call: those that hold an old model free it.
  ~ModelReloader() QUARTET_EXCLUDES(mutex_);

  // Those that come while one is being worked on are one more.
  void Request() QUARTET_EXCLUDES(mutex_);

 private:
  void Run() QUARTET_EXCLUDES(mutex_);
  void Reload() QUARTET_EXCLUDES(mutex_);
  // These return false when the reloader ends.
  bool WaitForRequest() QUARTET_EXCLUDES(mutex_);
  bool WaitUntilUnused(const ServedModelPtr& model) QUARTET_EXCLUDES(mutex_);

  const Steps steps_;
  Mutex mutex_;
  CondVar changed_;
  bool requested_ QUARTET_GUARDED_BY(mutex_) = false;
  bool stop_ QUARTET_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace quartet

#endif  // QUARTET_MODEL_RELOADER_H_
