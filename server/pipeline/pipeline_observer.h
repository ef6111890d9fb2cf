// What happens to requests inside the pipeline, for metrics and tests. No stage holds a counter.
#ifndef QUARTET_PIPELINE_PIPELINE_OBSERVER_H_
#define QUARTET_PIPELINE_PIPELINE_OBSERVER_H_

#include <array>
#include <cstddef>
#include <span>

#include "core/clock.h"
#include "pipeline/cache_size.h"

namespace quartet {

// Where a text was when its call was found to be expired or cancelled: before it was tokenized, or
// before its forward.
enum class Stage { kTokenize, kQueue };

// See Refuse in admission_policy.h.
enum class RejectReason { kQueueFull, kClientShare, kClientCalls, kDeadline, kMemory };
inline constexpr std::array kRejectReasons = {RejectReason::kQueueFull, RejectReason::kClientShare,
                                              RejectReason::kClientCalls, RejectReason::kDeadline,
                                              RejectReason::kMemory};

// As metrics and log lines have it.
constexpr const char* NameOf(RejectReason reason) {
  switch (reason) {
    case RejectReason::kQueueFull:
      return "queue_full";
    case RejectReason::kClientShare:
      return "client_share";
    case RejectReason::kClientCalls:
      return "client_calls";
    case RejectReason::kDeadline:
      return "deadline";
    case RejectReason::kMemory:
      return "memory";
  }
  return "unknown";
}

// A forward that has just ended. Spans live for the call only.
struct BatchFacts {
  std::size_t tokens = 0;
  std::span<const Duration> queue_times;  // one for each item: from accepted to taken by the lane,
                                          // less tokenizing
  Duration inference{};
  bool failed = false;
};

// Called from the pipeline's threads, at the same time; must be quick and must not block.
class PipelineObserver {
 public:
  virtual ~PipelineObserver() = default;
  virtual void OnRejected(RejectReason reason) = 0;
  virtual void OnTokenized(std::size_t tokens, bool truncated, Duration tokenize) = 0;
  // One text was looked for among those that came before. Only if they are kept.
  virtual void OnCacheLookup(bool found) = 0;
  virtual void OnCacheChanged(const CacheSize& size) = 0;
  virtual void OnExpired(Stage stage) = 0;    // one text
  virtual void OnCancelled(Stage stage) = 0;  // one text
  // Texts and tokens waiting for a lane, after every change.
  virtual void OnQueueChanged(std::size_t items, std::size_t tokens) = 0;
  virtual void OnBatch(const BatchFacts& batch) = 0;
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_PIPELINE_OBSERVER_H_
