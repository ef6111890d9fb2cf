// Whether a call may come in. A pure function.
#ifndef QUARTET_PIPELINE_ADMISSION_POLICY_H_
#define QUARTET_PIPELINE_ADMISSION_POLICY_H_

#include <cstddef>
#include <optional>

#include "core/clock.h"
#include "pipeline/pipeline_observer.h"

namespace quartet {

// Of the tokens that may be inside, the part that is kept for clients that have less than their
// share: a greedy one fills up the rest, and they are served all the same.
inline constexpr double kReservedPart = 0.25;

// Bounds of the advice when to come back: not so soon that refused clients hammer, not so late that
// they have gone. kUnknownRetry where no forward has been measured yet.
inline constexpr Duration kLeastRetry = std::chrono::milliseconds(10);
inline constexpr Duration kMostRetry = std::chrono::seconds(5);
inline constexpr Duration kUnknownRetry = std::chrono::milliseconds(200);

// What is inside now, in tokens accepted and not yet answered.
struct Inside {
  std::size_t tokens = 0;                   // of all clients
  std::size_t client_tokens = 0;            // of the one who asks
  std::size_t clients = 1;                  // with anything inside, and the one who asks
  std::optional<double> tokens_per_second;  // ServiceRate
};

struct AdmissionLimits {
  std::size_t max_tokens = 65536;               // the bound of memory: never more inside
  Duration max_wait = std::chrono::seconds(1);  // of work at the measured rate
};

struct Refusal {
  RejectReason reason;
  Duration retry_after;
  Duration wait;  // that was predicted; zero where the rate is not known
};

// For a call of `tokens`, at most limits.max_tokens, whose deadline is `time_left` from now.
//
// - Never more than max_tokens.
// - A client within its share (what may wait, divided by the clients) comes in.
// - Others come in while what is inside is less than max_wait of work and not into the reserved
//   part, and, beside other clients, while they have less than half of it themselves.
// - Nobody comes in whose deadline will pass before its turn, as the queue serves clients in turns:
//   it waits for its own tokens once for each client, or for all tokens inside if that is less. An
//   expired call comes in, and is answered as such.
std::optional<Refusal> Refuse(const AdmissionLimits& limits, const Inside& inside,
                              std::size_t tokens, Duration time_left);

}  // namespace quartet

#endif  // QUARTET_PIPELINE_ADMISSION_POLICY_H_
