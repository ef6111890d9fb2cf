#include "call_log.h"

#include <catch2/catch.hpp>
#include <chrono>

namespace quartet {
namespace {

using absl::StatusCode;
using std::chrono::milliseconds;

constexpr MethodName kUnary = {"Service", "Embed", MethodType::kUnary};
constexpr MethodName kStream = {"Health", "Watch", MethodType::kServerStream};
constexpr Duration kSlow = std::chrono::seconds(2);

class CountedCalls final : public CallObserver {
 public:
  void OnCallStarted(const MethodName&) override { ++started; }
  void OnCallHandled(const HandledCall&) override { ++handled; }

  int started = 0;
  int handled = 0;
};

TEST_CASE("slow calls and failed ones get a line", "[server]") {
  struct Row {
    MethodName method;
    StatusCode code;
    milliseconds handling;
    std::string event;  // empty: none
  };
  const std::vector<Row> table = {
      {kUnary, StatusCode::kOk, milliseconds(2000), ""},
      {kUnary, StatusCode::kOk, milliseconds(2001), "slow call"},
      {kUnary, StatusCode::kDeadlineExceeded, milliseconds(2001), "slow call"},
      {kUnary, StatusCode::kInternal, milliseconds(1), "call failed"},
      {kUnary, StatusCode::kInternal, milliseconds(9999), "call failed"},
      {kUnary, StatusCode::kUnknown, milliseconds(1), "call failed"},
      {kUnary, StatusCode::kResourceExhausted, milliseconds(1), ""},
      {kUnary, StatusCode::kInvalidArgument, milliseconds(1), ""},
      {kStream, StatusCode::kCancelled, milliseconds(9999), ""},
  };
  for (const Row& row : table) {
    const std::optional<CallLogLine> line =
        LineOf({.method = row.method, .code = row.code, .handling = row.handling}, kSlow);
    INFO(row.handling.count() << " ms, " << StatusCodeToString(row.code));
    CHECK((line ? line->event : "") == row.event);
  }
}

TEST_CASE("a line says which call it was and what is known of it", "[server]") {
  const CallNotes notes = {{"texts", "4"}};
  const std::optional<CallLogLine> line = LineOf({.method = kUnary,
                                                  .code = StatusCode::kOk,
                                                  .handling = milliseconds(2500),
                                                  .request_id = "id-1",
                                                  .notes = notes},
                                                 kSlow);
  REQUIRE(line);
  CHECK(line->fields == LogFields{{"method", "Embed"},
                                  {"code", "OK"},
                                  {"milliseconds", "2500"},
                                  {"request_id", "id-1"},
                                  {"texts", "4"}});
}

TEST_CASE("every call goes on to the next observer", "[server]") {
  CountedCalls next;
  CallLog log(next, kSlow);
  log.OnCallStarted(kUnary);
  log.OnCallHandled({.method = kUnary, .code = StatusCode::kOk});
  log.OnCallHandled({.method = kUnary, .code = StatusCode::kInternal});
  CHECK(next.started == 1);
  CHECK(next.handled == 2);
}

TEST_CASE("a flood of lines is cut and counted, and lines are taken once", "[server]") {
  CountedCalls next;
  CallLog log(next, kSlow);
  for (std::size_t i = 0; i < CallLog::kMostLines + 7; ++i) {
    log.OnCallHandled({.method = kUnary, .code = StatusCode::kInternal});
  }
  const std::vector<CallLogLine> lines = log.Take();
  REQUIRE(lines.size() == CallLog::kMostLines + 1);
  CHECK(lines.front().event == "call failed");
  CHECK(lines.back().fields == LogFields{{"count", "7"}});
  CHECK(log.Take().empty());
}

}  // namespace
}  // namespace quartet
