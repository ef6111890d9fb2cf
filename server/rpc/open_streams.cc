#include "rpc/open_streams.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "core/error_detail.h"

namespace quartet {
namespace {

constexpr Duration kRetry = std::chrono::seconds(1);

absl::Status ShuttingDown() {
  return absl::UnavailableError(
      "the server is shutting down; all texts that it took are answered, go on after them");
}

}  // namespace

absl::Status OpenStreams::Add(StoppableStream* stream) {
  const MutexLock lock(mutex_);
  if (stopped_) return ShuttingDown();
  if (streams_.size() >= most_) {
    return WithRetryAfter(absl::ResourceExhaustedError(absl::StrCat(
                              streams_.size(), " streams are open, which is the limit")),
                          kRetry);
  }
  streams_.insert(stream);
  return absl::OkStatus();
}

void OpenStreams::Remove(StoppableStream* stream) {
  const MutexLock lock(mutex_);
  streams_.erase(stream);
}

void OpenStreams::StopAll() {
  const MutexLock lock(mutex_);
  stopped_ = true;
  for (StoppableStream* stream : streams_) stream->Stop(ShuttingDown());
}

}  // namespace quartet
