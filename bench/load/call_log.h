// Every call of a run, so that percentiles are exact.
#ifndef QUARTET_BENCH_LOAD_CALL_LOG_H_
#define QUARTET_BENCH_LOAD_CALL_LOG_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet::bench {

// Status of a call that was not sent, because in_flight_cap calls were already waiting.
inline constexpr const char* kNotSent = "NOT SENT";

struct CallRecord {
  TimePoint intended;  // when the schedule wanted it out; in a closed loop when it was sent
  TimePoint sent;
  TimePoint done;
  std::string status;
};

// Thread-safe.
class CallLog {
 public:
  void Add(CallRecord record) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    records_.push_back(std::move(record));
  }

  std::size_t size() const QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return records_.size();
  }

  // All of them; the log is empty afterwards.
  std::vector<CallRecord> Take() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return std::exchange(records_, {});
  }

 private:
  mutable Mutex mutex_;
  std::vector<CallRecord> records_ QUARTET_GUARDED_BY(mutex_);
};

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_LOAD_CALL_LOG_H_
