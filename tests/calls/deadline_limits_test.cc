#include "calls/deadline_limits.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

using std::chrono::seconds;

TEST_CASE("a call is worth work until its deadline, or ours", "[calls]") {
  constexpr DeadlineLimits kLimits = {.fallback = seconds(30), .most = seconds(60)};
  const TimePoint now{seconds(1'000)};
  struct Row {
    std::string claim;
    TimePoint asked;
    Duration given;
  };
  const std::vector<Row> table = {
      {"what the client asked for", now + seconds(5), seconds(5)},
      {"also when it is over", now - seconds(1), -seconds(1)},
      {"the fallback when it asked for nothing", kInfiniteFuture, seconds(30)},
      {"up to the most", now + seconds(60), seconds(60)},
      {"and no longer", now + seconds(61), seconds(60)},
  };
  for (const Row& row : table) {
    INFO(row.claim);
    CHECK(BoundedDeadline(row.asked, now, kLimits) == now + row.given);
  }
}

}  // namespace
}  // namespace quartet
