#include "pipeline/pending_call.h"

#include <catch2/catch.hpp>

#include "fakes/recorded_call.h"

namespace quartet {
namespace {

TEST_CASE("a delivered text gives back its part of the room, a failure all", "[pipeline]") {
  const ServiceRate rate(1);
  Admission admission({.max_tokens = 10}, rate);
  const auto has_room = [&](std::size_t tokens) {
    return admission.TryAdmit({.client = 1, .tokens = tokens, .time_left = Duration::max()}).ok();
  };
  RecordedCall recorded;
  PendingCall call(recorded.MakeRequest({"a", "b"}),
                   *admission.TryAdmit({.tokens = 10, .time_left = Duration::max()}), TimePoint());
  call.SetTokens(8);
  CHECK(has_room(2));
  CHECK_FALSE(has_room(3));
  call.Deliver(0, {.values = {1}, .token_count = 5, .truncated = false}, {});
  CHECK(has_room(7));
  CHECK_FALSE(has_room(8));
  call.Fail(absl::InternalError("the second text failed"));
  CHECK(has_room(10));
  CHECK(recorded.answers() == 1);
}

}  // namespace
}  // namespace quartet
