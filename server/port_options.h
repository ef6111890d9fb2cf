// What the ports of calls have of the settings.
#ifndef QUARTET_PORT_OPTIONS_H_
#define QUARTET_PORT_OPTIONS_H_

#include "calls/deadline_limits.h"
#include "calls/text_limits.h"
#include "config.h"

namespace quartet {

inline RequestLimits LimitsOf(const Config& config) {
  return {.max_texts = config.max_texts, .max_text_bytes = config.max_text_bytes};
}

inline DeadlineLimits DeadlinesOf(const Config& config) {
  return {.fallback = config.default_deadline, .most = config.max_deadline};
}

inline Duration SlowCall(const Config& config) {
  return config.slow_call.count() == 0 ? Duration::max() : Duration(config.slow_call);
}

}  // namespace quartet

#endif  // QUARTET_PORT_OPTIONS_H_
