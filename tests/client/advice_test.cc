#include "operator/report/advice.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace quartet {
namespace {

// A server as it should be, and what it should do.
Resources Fitting() {
  return {.working_set = 1.5e8,
          .worst_working_set = 1.6e8,
          .memory_limit = 4e8,
          .cpu_limit = 2,
          .throttled = 0.01};
}

Traffic Quiet() {
  return {.all_calls = 1000,
          .texts = 1000,
          .forwards = 500,
          .embedded = 1000,
          .queue_p95 = 0.004,
          .inference_p95 = 0.005};
}

struct Row {
  std::function<void(Resources&, Traffic&)> change;
  std::string text;  // of the only advice; empty: none
};

void Check(const std::vector<Row>& table) {
  for (const Row& row : table) {
    Resources resources = Fitting();
    Traffic traffic = Quiet();
    row.change(resources, traffic);
    const std::vector<std::string> advice = AdviceOf("int8", resources, traffic);
    INFO(row.text << " | " << (advice.empty() ? "nothing" : advice.front()));
    if (row.text.empty()) {
      CHECK(advice.empty());
    } else {
      REQUIRE(advice.size() == 1);
      CHECK_THAT(advice.front(), Catch::Contains(row.text));
    }
  }
}

TEST_CASE("a server that fits its limits needs no advice", "[client]") {
  CHECK(AdviceOf("int8", Fitting(), Quiet()).empty());
}

TEST_CASE("limits that don't fit are named", "[client]") {
  using R = Resources&;
  using T = Traffic&;
  Check({
      {[](R r, T) { r.memory_limit = INFINITY; }, "No memory limit is set: 400 MB is enough"},
      {[](R r, T) { r.memory_limit = 3.9e8; }, "limit of 390 MB is too small: 400 MB"},
      {[](R r, T) { r.worst_working_set = 2.9e8; }, "limit of 400 MB is too small: 414 MB"},
      {[](R r, T) { r.memory_limit = 1.6e9; }, ""},
      {[](R r, T) { r.memory_limit = 1.7e9; }, "limit of 1700 MB is far too large: 400 MB"},
      {[](R r, T) { r.memory_events["oom_kill"] = 2; }, "has killed 2 times"},
      {[](R r, T) { r.cpu_limit = 0.5; }, "limit of 0.50 is below one core"},
      {[](R r, T) { r.cpu_limit = 1; }, ""},
      {[](R r, T) { r.cpu_limit = 1.5; }, "1.50 is rounded down to one"},
      {[](R r, T) { r.cpu_limit = 2.5; }, ""},
      {[](R r, T) { r.cpu_limit = 4; }, "at most two threads compute"},
      {[](R r, T) { r.cpu_limit = INFINITY; }, ""},
      {[](R r, T) { r.throttled = 0.25; }, ""},
      {[](R r, T) { r.throttled = 0.3; }, "throttled in 30 % of the periods"},
      {[](R r, T) { r.throttled = std::nullopt; }, ""},
  });
}

TEST_CASE("traffic that does not fit is named", "[client]") {
  using R = Resources&;
  using T = Traffic&;
  Check({
      {[](R, T t) { t.queue_p95 = 0.1; }, "wait longer (p95 100 ms) than they are computed"},
      {[](R, T t) { t.queue_p95 = 0.049; }, ""},
      {[](R, T t) { t.queue_p95 = t.inference_p95 = 0.1; }, ""},
      {[](R, T t) { t.queue_p95 = 0.1, t.forwards = 260; }, "capacity is reached"},
      {[](R, T t) { t.forwards = 260; }, ""},
      {[](R, T t) { t.refusals["queue_full"] = 20; }, "2 % of the calls are refused (queue_full)"},
      {[](R, T t) { t.refusals["client_share"] = 300; }, "30 % of the calls are refused (client_s"},
      {[](R, T t) { t.refusals["client_calls"] = 20; },
       "more calls inside than --max-client-calls"},
      {[](R, T t) { t.refusals["deadline"] = 20; }, "clients give less time"},
      {[](R, T t) { t.refusals["memory"] = 20; }, "memory is short"},
      {[](R, T t) { t.refusals["memory"] = 10; }, ""},
      {[](R, T t) { t.truncated = 50; }, ""},
      {[](R, T t) { t.truncated = 60; }, "6 % of the texts are longer than the model takes"},
      {[](R, T t) { t.cancelled = 50; }, ""},
      {[](R, T t) { t.cancelled = 30, t.expired = 30; }, "have given up 60 texts"},
      {[](R, T t) { t.failed_forwards = 1; }, "1 forwards have failed"},
      {[](R, T t) { t.all_calls = 19, t.texts = 19, t.truncated = 19, t.queue_p95 = 9; }, ""},
  });
}

TEST_CASE("the memory that is enough depends on the precision", "[client]") {
  Resources resources = Fitting();
  resources.memory_limit = INFINITY;
  CHECK_THAT(AdviceOf("fp32", resources, Quiet()).front(), Catch::Contains("500 MB is enough"));
  CHECK_THAT(AdviceOf("", resources, Quiet()).front(), Catch::Contains("400 MB is enough"));
}

}  // namespace
}  // namespace quartet
