#include "pipeline/admission_policy.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace quartet {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr AdmissionLimits kLimits = {
    .max_tokens = 4000, .max_wait = seconds(1), .max_client_calls = 0};
constexpr Duration kForever = std::chrono::hours(1);

struct Row {
  std::string claim;
  Inside inside;
  std::size_t tokens;
  Duration time_left;
  std::optional<RejectReason> reason;
};

TEST_CASE("who comes in", "[pipeline]") {
  constexpr auto kFull = RejectReason::kQueueFull;
  constexpr auto kShare = RejectReason::kClientShare;
  constexpr auto kDeadline = RejectReason::kDeadline;
  constexpr auto kMemory = RejectReason::kMemory;
  const std::vector<Row> table = {
      {"an empty server takes the largest call", {0, 0, 1, 1000.0}, 4000, kForever, {}},
      {"also before anything was measured", {0, 0, 1, {}}, 4000, kForever, {}},
      {"less than a second of work may wait", {999, 999, 1, 1000.0}, 500, kForever, {}},
      {"a second of work is full", {1000, 1000, 1, 1000.0}, 1, kForever, kFull},
      {"at twice the rate it is not", {1000, 1000, 1, 2000.0}, 1, kForever, {}},
      {"not into the reserved part", {3000, 3000, 1, {}}, 1, kForever, kFull},
      {"that is for a client within its share", {3000, 0, 2, {}}, 100, kForever, {}},
      {"and so is a full second", {1000, 0, 2, 1000.0}, 100, kForever, {}},
      {"which a large call is not", {1000, 0, 2, 1000.0}, 501, kForever, kFull},
      {"nobody beyond the limit of memory", {3950, 0, 2, {}}, 51, kForever, kFull},
      {"alone a client may have it all", {900, 900, 1, 1000.0}, 10, kForever, {}},
      {"beside others no more than half", {900, 500, 2, 1000.0}, 10, kForever, kShare},
      {"up to there more than its share", {900, 499, 4, 1000.0}, 10, kForever, {}},
      {"who is served in time", {500, 100, 2, 1000.0}, 10, milliseconds(263), {}},
      {"not who is served too late", {500, 100, 2, 1000.0}, 10, milliseconds(262), kDeadline},
      {"it waits for no more than there is", {120, 100, 2, 1000.0}, 10, milliseconds(163), {}},
      {"a newcomer's turn is next", {900, 0, 9, 1000.0}, 10, milliseconds(13), {}},
      {"and takes its time", {900, 0, 9, 1000.0}, 10, milliseconds(12), kDeadline},
      {"alone it is tried", {0, 0, 1, 1000.0}, 10, milliseconds(1), {}},
      {"an expired call is answered elsewhere", {900, 900, 1, 1000.0}, 10, milliseconds(-1), {}},
      {"nobody while memory is short", {0, 0, 1, 1000.0, true}, 1, kForever, kMemory},
      {"of an unknown rate nothing is foretold", {900, 900, 1, {}}, 10, milliseconds(1), {}},
  };
  for (const Row& row : table) {
    INFO(row.claim);
    const std::optional<Refusal> refusal =
        Refuse(kLimits, row.inside, {.tokens = row.tokens, .time_left = row.time_left});
    CHECK(refusal.has_value() == row.reason.has_value());
    if (refusal && row.reason) CHECK(refusal->reason == *row.reason);
  }
}

TEST_CASE("a refusal says when what is too much will have been done", "[pipeline]") {
  const auto retry = [](const Inside& inside, std::size_t tokens, Duration time_left) {
    return Refuse(kLimits, inside, {.tokens = tokens, .time_left = time_left}).value().retry_after;
  };
  CHECK(retry({1200, 1200, 1, 1000.0}, 100, kForever) == milliseconds(300));
  CHECK(retry({950, 700, 2, 1000.0}, 100, kForever) == milliseconds(300));
  CHECK(retry({500, 500, 1, 1000.0}, 10, milliseconds(125)) == milliseconds(410));
  CHECK(retry({4000, 4000, 1, {}}, 10, kForever) == kUnknownRetry);
  CHECK(retry({1000, 1000, 1, 1000.0}, 1, kForever) == kLeastRetry);
  CHECK(retry({4000, 4000, 1, 100.0}, 10, kForever) == kMostRetry);
  CHECK(retry({0, 0, 1, 1000.0, true}, 1, kForever) == kShortMemoryRetry);
}

TEST_CASE("texts of streams leave half of what may wait to single calls", "[pipeline]") {
  const auto comes_in = [](const Inside& inside, std::size_t tokens, bool is_bulk) {
    return !Refuse(kLimits, inside,
                   {.tokens = tokens, .time_left = kForever, .stream = is_bulk ? 1U : 0U});
  };
  CHECK(comes_in({499, 499, 1, 1000.0}, 10, true));
  CHECK_FALSE(comes_in({500, 500, 1, 1000.0}, 10, true));
  CHECK(comes_in({500, 500, 1, 1000.0}, 10, false));
  // However much is inside, a stream within its share of that half goes on.
  CHECK(comes_in({1000, 0, 2, 1000.0}, 250, true));
  CHECK_FALSE(comes_in({1000, 0, 2, 1000.0}, 251, true));
}

TEST_CASE("a client has so many calls inside and no more", "[pipeline]") {
  struct Row {
    std::string claim;
    std::size_t limit;
    std::size_t calls;
    StreamId stream;
    bool stream_is_inside;
    std::optional<RejectReason> reason;
  };
  constexpr auto kCalls = RejectReason::kClientCalls;
  const std::vector<Row> table = {
      {"the first comes in", 1, 0, 0, false, {}},
      {"the last one that may", 8, 7, 0, false, {}},
      {"one more does not", 8, 8, 0, false, kCalls},
      {"nor where the limit was passed", 8, 9, 0, false, kCalls},
      {"without a limit all do", 0, 100'000, 0, false, {}},
      {"a stream is one call more", 8, 8, 5, false, kCalls},
      {"whose further texts are none", 8, 8, 5, true, {}},
  };
  for (const Row& row : table) {
    INFO(row.claim);
    const std::optional<Refusal> refusal =
        Refuse({.max_client_calls = row.limit},
               {.client_calls = row.calls, .stream_is_inside = row.stream_is_inside},
               {.tokens = 10, .time_left = kForever, .stream = row.stream});
    CHECK(refusal.has_value() == row.reason.has_value());
    if (refusal && row.reason) CHECK(refusal->reason == *row.reason);
  }
}

TEST_CASE("a client with too many calls is told to come when one of them will be done",
          "[pipeline]") {
  const AdmissionLimits limits = {.max_client_calls = 4};
  const auto retry = [&](const Inside& inside) {
    return Refuse(limits, inside, {.tokens = 10, .time_left = kForever}).value().retry_after;
  };
  // A quarter of its 400 tokens, each of which waits for one of the other client.
  CHECK(retry({.tokens = 500,
               .client_tokens = 400,
               .clients = 2,
               .tokens_per_second = 1000.0,
               .client_calls = 4}) == milliseconds(200));
  CHECK(retry({.tokens = 500, .client_tokens = 400, .client_calls = 4}) == kUnknownRetry);
}

}  // namespace
}  // namespace quartet
