#include "rpc/stream_flow.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

namespace quartet {
namespace {

using std::chrono::seconds;

constexpr StreamLimits kLimits = {.items = 4, .bytes = 100, .idle = seconds(60), .streams = 1};

struct Row {
  std::string claim;
  StreamState state;
  StreamStep step;
};

TEST_CASE("what a stream does next", "[rpc]") {
  const std::vector<Row> table = {
      {"nothing before it has arrived", {}, StreamStep::kNone},
      {"not even for a client that has gone", {.client_gone = true}, StreamStep::kNone},
      {"it reads first", {.arrived = true}, StreamStep::kRead},
      {"one message at a time", {.arrived = true, .reading = true}, StreamStep::kNone},
      {"offers what it has read", {.arrived = true, .holds_text = true}, StreamStep::kSubmit},
      {"one text at a time",
       {.arrived = true, .submitting = true, .holds_text = true, .items = 1},
       StreamStep::kNone},
      {"not again before something has changed",
       {.arrived = true, .holds_text = true, .waits_for_room = true},
       StreamStep::kNone},
      {"reads on while texts are being embedded",
       {.arrived = true, .items = 3, .bytes = 99},
       StreamStep::kRead},
      {"not beyond the number of texts",
       {.arrived = true, .items = 4, .bytes = 4},
       StreamStep::kNone},
      {"of which answers are a part",
       {.arrived = true, .writing = true, .items = 4, .first_is_answered = true},
       StreamStep::kNone},
      {"nor beyond their bytes", {.arrived = true, .items = 1, .bytes = 100}, StreamStep::kNone},
      {"writes the first text's answer",
       {.arrived = true, .reading = true, .items = 2, .first_is_answered = true},
       StreamStep::kWrite},
      {"not a later one's before it",
       {.arrived = true, .reading = true, .items = 2},
       StreamStep::kNone},
      {"one at a time",
       {.arrived = true, .reading = true, .writing = true, .items = 1, .first_is_answered = true},
       StreamStep::kNone},
      {"also where a text waits for room",
       {.arrived = true,
        .holds_text = true,
        .waits_for_room = true,
        .items = 1,
        .first_is_answered = true},
       StreamStep::kWrite},
      {"reads beside a write", {.arrived = true, .writing = true}, StreamStep::kRead},

      {"ends with an error that is no answer, whatever is under way",
       {.arrived = true,
        .reading = true,
        .submitting = true,
        .items = 3,
        .first_is_answered = true,
        .fails = true},
       StreamStep::kFinish},
      {"after the answer before it",
       {.arrived = true,
        .reading = true,
        .writing = true,
        .items = 3,
        .first_is_answered = true,
        .fails = true},
       StreamStep::kNone},
      {"ends after a half-close", {.arrived = true, .half_closed = true}, StreamStep::kFinish},
      {"not before the last answer is written",
       {.arrived = true, .writing = true, .half_closed = true},
       StreamStep::kNone},
      {"nor before the last text is answered",
       {.arrived = true, .items = 1, .half_closed = true},
       StreamStep::kNone},
      {"nor before the last text is accepted",
       {.arrived = true, .holds_text = true, .waits_for_room = true, .half_closed = true},
       StreamStep::kNone},
      {"which is offered as ever",
       {.arrived = true, .holds_text = true, .half_closed = true},
       StreamStep::kSubmit},

      {"a stopped one ends at once", {.arrived = true, .stopped = true}, StreamStep::kFinish},
      {"beside a read", {.arrived = true, .reading = true, .stopped = true}, StreamStep::kFinish},
      {"it drops the text that it holds",
       {.arrived = true, .holds_text = true, .stopped = true},
       StreamStep::kFinish},
      {"not while the backend looks at it",
       {.arrived = true, .submitting = true, .holds_text = true, .stopped = true},
       StreamStep::kNone},
      {"answers what it has accepted",
       {.arrived = true, .items = 1, .first_is_answered = true, .stopped = true},
       StreamStep::kWrite},
      {"waits for its answers", {.arrived = true, .items = 1, .stopped = true}, StreamStep::kNone},

      {"without a client it ends, whatever is inside",
       {.arrived = true, .client_gone = true, .items = 2},
       StreamStep::kFinish},
      {"and writes no more",
       {.arrived = true, .client_gone = true, .items = 1, .first_is_answered = true},
       StreamStep::kFinish},
      {"once the write is over",
       {.arrived = true, .client_gone = true, .writing = true, .holds_text = true},
       StreamStep::kNone},
      {"nothing follows the end",
       {.arrived = true, .finishing = true, .items = 1, .first_is_answered = true},
       StreamStep::kNone},
  };
  for (const Row& row : table) {
    INFO(row.claim);
    CHECK(NextStep(row.state, kLimits) == row.step);
  }
}

TEST_CASE("a stream is complete when all that was sent is answered", "[rpc]") {
  CHECK(IsComplete({.half_closed = true, .stopped = true}));
  CHECK_FALSE(IsComplete({.half_closed = false, .stopped = true}));
  CHECK_FALSE(IsComplete({.holds_text = true, .half_closed = true, .stopped = true}));
  CHECK_FALSE(IsComplete({.items = 1, .half_closed = true}));
}

TEST_CASE("who is idle", "[rpc]") {
  const auto look = [](const StreamState& state, Duration quiet = seconds(60)) {
    return LookAtIdleness(state, quiet, kLimits);
  };
  CHECK(look({.reading = true}) == StreamIdleness::kNothingComes);
  CHECK(look({.reading = true}, seconds(59)) == StreamIdleness::kBusy);
  CHECK(look({.reading = true, .items = 1}) == StreamIdleness::kBusy);
  CHECK(look({.holds_text = true, .waits_for_room = true}) == StreamIdleness::kBusy);
  CHECK(look({.writing = true, .items = 4}) == StreamIdleness::kReaderStalls);
  CHECK(look({.writing = true, .items = 4}, seconds(59)) == StreamIdleness::kBusy);
}

}  // namespace
}  // namespace quartet
