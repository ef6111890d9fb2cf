// A call's deadline in our own time.
#ifndef QUARTET_RPC_CALL_DEADLINE_H_
#define QUARTET_RPC_CALL_DEADLINE_H_

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>

#include "absl/status/status.h"
#include "core/clock.h"

namespace quartet {

// gRPC gives a wall-clock time; ours is monotonic, so that a clock that is set does not expire
// calls. kInfiniteFuture when the client set no deadline.
inline TimePoint DeadlineOf(const grpc::ServerContext& context, const Clock& clock) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return kInfiniteFuture;
  const auto left = deadline - std::chrono::system_clock::now();
  // A client may ask for centuries: beyond a day it is all the same, and can't overflow.
  return clock.Now() +
         std::chrono::duration_cast<Duration>(
             std::min<std::chrono::system_clock::duration>(left, std::chrono::hours(24)));
}

// What a client got whose call ended before our answer: its deadline, if that has passed.
inline absl::StatusCode CodeOfLostCall(const grpc::ServerContext& context) {
  return context.deadline() <= std::chrono::system_clock::now()
             ? absl::StatusCode::kDeadlineExceeded
             : absl::StatusCode::kCancelled;
}

}  // namespace quartet

#endif  // QUARTET_RPC_CALL_DEADLINE_H_
