// How long a call is worth work.
#ifndef QUARTET_CALLS_DEADLINE_LIMITS_H_
#define QUARTET_CALLS_DEADLINE_LIMITS_H_

#include <algorithm>
#include <chrono>

#include "core/clock.h"

namespace quartet {

struct DeadlineLimits {
  Duration fallback = std::chrono::seconds(30);  // for calls that come without one
  Duration most = std::chrono::minutes(1);       // whatever a client asks for
};

// Until when a call is worth work, whose client asked for `asked`; kInfiniteFuture: for nothing.
inline TimePoint BoundedDeadline(TimePoint asked, TimePoint now, const DeadlineLimits& limits) {
  return std::min(asked == kInfiniteFuture ? now + limits.fallback : asked, now + limits.most);
}

}  // namespace quartet

#endif  // QUARTET_CALLS_DEADLINE_LIMITS_H_
