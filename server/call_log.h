// Which calls get a log line: slow ones, and those that we failed.
#ifndef QUARTET_CALL_LOG_H_
#define QUARTET_CALL_LOG_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/call_observer.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "log.h"

namespace quartet {

struct CallLogLine {
  LogLevel level;
  std::string event;
  LogFields fields;
};

// nullopt: nothing special. A stream is not slow because it is long.
std::optional<CallLogLine> LineOf(const HandledCall& call, Duration slow);

// Stands between the calls and their metrics. Keeps lines until somebody takes them, because a
// standard error that nobody reads would block the thread that writes, and calls are not to wait
// for that. Thread-safe.
class CallLog final : public CallObserver {
 public:
  // Lines kept between two takes; the rest is counted. A model that fails every forward would
  // write thousands a second.
  static constexpr std::size_t kMostLines = 4;

  // `next` is told everything, and outlives this.
  CallLog(CallObserver& next, Duration slow) : next_(next), slow_(slow) {}

  void OnCallStarted(const MethodName& method) override { next_.OnCallStarted(method); }
  void OnCallHandled(const HandledCall& call) override QUARTET_EXCLUDES(mutex_);

  // Those since the last time; the last one says how many are missing, if any.
  std::vector<CallLogLine> Take() QUARTET_EXCLUDES(mutex_);

 private:
  CallObserver& next_;
  const Duration slow_;
  Mutex mutex_;
  std::vector<CallLogLine> lines_ QUARTET_GUARDED_BY(mutex_);
  std::size_t left_out_ QUARTET_GUARDED_BY(mutex_) = 0;
};

}  // namespace quartet

#endif  // QUARTET_CALL_LOG_H_
