#include "pipeline/pending_call.h"

#include <catch2/catch.hpp>

#include "fakes/recorded_call.h"

namespace quartet {
namespace {

TEST_CASE("a call keeps its room until it is answered, and no longer", "[pipeline]") {
  const ServiceRate rate(1);
  Admission admission({.max_tokens = 10}, rate);
  const auto has_room = [&](std::size_t tokens) {
    return admission.TryAdmit({.client = 1, .tokens = tokens, .time_left = Duration::max()})
        .permit.ok();
  };
  RecordedCall recorded;
  PendingCall call(recorded.MakeRequest({"a", "b"}),
                   *admission.TryAdmit({.tokens = 10, .time_left = Duration::max()}).permit,
                   TimePoint());
  call.SetTokens(8);
  CHECK(has_room(2));
  CHECK_FALSE(has_room(3));
  call.Deliver(0, {.values = {1}, .token_count = 5, .truncated = false}, {});
  CHECK_FALSE(has_room(3));
  call.Fail(absl::InternalError("the second text failed"));
  CHECK(has_room(10));
  CHECK(recorded.answers() == 1);
}

TEST_CASE("the last text answers the call, and the room is free", "[pipeline]") {
  const ServiceRate rate(1);
  Admission admission({.max_tokens = 10}, rate);
  RecordedCall recorded;
  PendingCall call(recorded.MakeRequest({"a", "b"}),
                   *admission.TryAdmit({.tokens = 10, .time_left = Duration::max()}).permit,
                   TimePoint());
  for (const std::size_t index : {1, 0}) {
    CHECK(recorded.answers() == 0);
    call.Deliver(index, {.values = {1}, .token_count = 5, .truncated = false}, {});
  }
  CHECK(recorded.answers() == 1);
  CHECK(admission.TryAdmit({.tokens = 10, .time_left = Duration::max()}).permit.ok());
}

}  // namespace
}  // namespace quartet
