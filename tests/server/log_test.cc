#include "log.h"

#include <catch2/catch.hpp>

namespace quartet {
namespace {

TEST_CASE("text lines quote what could be misread", "[server]") {
  CHECK(FormatLogLine(false, "T", LogLevel::kInfo, "ready",
                      {{"address", "0.0.0.0:1"}, {"empty", ""}, {"reason", "a \"b\"\nc"}}) ==
        "T info ready address=0.0.0.0:1 empty=\"\" reason=\"a \\\"b\\\"\\nc\"");
}

TEST_CASE("JSON lines are one object each, whatever the values hold", "[server]") {
  CHECK(FormatLogLine(true, "T", LogLevel::kError, "start failed", {{"reason", "a \"b\"\nc"}}) ==
        "{\"time\":\"T\",\"level\":\"error\",\"event\":\"start failed\",\"reason\":\"a "
        "\\\"b\\\"\\nc\"}");
}

TEST_CASE("bytes that are no UTF-8 do not break a line", "[server]") {
  CHECK_NOTHROW(FormatLogLine(true, "T", LogLevel::kInfo, "e", {{"v", "\xff\xfe"}}));
  CHECK_NOTHROW(FormatLogLine(false, "T", LogLevel::kInfo, "e", {{"v", "\xff \xfe"}}));
}

}  // namespace
}  // namespace quartet
