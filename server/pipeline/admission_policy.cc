#include "pipeline/admission_policy.h"

#include <algorithm>

namespace quartet {
namespace {

Duration Seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

// How long the lanes take for so many tokens.
Duration WorkOf(double tokens, const std::optional<double>& tokens_per_second) {
  return tokens_per_second ? Seconds(tokens / *tokens_per_second) : Duration::zero();
}

// What may wait: so much that it takes max_wait, and not the reserved part.
double Room(const AdmissionLimits& limits, const std::optional<double>& tokens_per_second) {
  const double most = (1 - kReservedPart) * static_cast<double>(limits.max_tokens);
  return tokens_per_second ? std::min(most, *tokens_per_second * ToSeconds(limits.max_wait)) : most;
}

bool IsOneCallTooMany(const AdmissionLimits& limits, const Inside& inside) {
  return limits.max_client_calls > 0 && !inside.stream_is_inside &&
         inside.client_calls >= limits.max_client_calls;
}

}  // namespace

std::optional<Refusal> Refuse(const AdmissionLimits& limits, const Inside& inside,
                              const Claim& claim) {
  const auto all = static_cast<double>(inside.tokens);
  const auto own = static_cast<double>(inside.client_tokens);
  const auto added = static_cast<double>(claim.tokens);
  const auto clients = static_cast<double>(inside.clients);
  const std::optional<double>& rate = inside.tokens_per_second;
  // Back when what is too much has been done.
  const auto refusal = [&](RejectReason reason, double excess) {
    const Duration retry = rate ? WorkOf(excess, rate) : kUnknownRetry;
    return Refusal{reason, std::clamp(retry, kLeastRetry, kMostRetry), WorkOf(all, rate)};
  };

  if (inside.memory_is_short) {
    return Refusal{RejectReason::kMemory, kShortMemoryRetry, WorkOf(all, rate)};
  }
  if (IsOneCallTooMany(limits, inside)) {
    // When one of its calls is done, served in turns with other clients'.
    return refusal(RejectReason::kClientCalls,
                   own * clients / static_cast<double>(inside.client_calls));
  }
  const double room = Room(limits, rate) * (claim.stream != 0 ? kBulkPart : 1);
  const bool beyond_share = own + added > room / clients;
  if (inside.tokens + claim.tokens > limits.max_tokens || (beyond_share && all >= room)) {
    return refusal(RejectReason::kQueueFull, all - room + added);
  }
  if (beyond_share && inside.clients > 1 && own >= room / 2) {
    return refusal(RejectReason::kClientShare, own - room / 2 + added);
  }
  const Duration served = WorkOf(std::min(all, own * clients) + added, rate);
  const double in_time = ToSeconds(claim.time_left) / kDeadlineMargin;
  if (inside.tokens > 0 && claim.time_left > Duration::zero() && ToSeconds(served) > in_time) {
    return refusal(RejectReason::kDeadline, (ToSeconds(served) - in_time) * *rate);
  }
  return std::nullopt;
}

}  // namespace quartet
