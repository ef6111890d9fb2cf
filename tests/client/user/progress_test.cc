#include "user/progress.h"

#include <catch2/catch.hpp>

namespace quartet {
namespace {

using Seconds = std::chrono::duration<double>;

TEST_CASE("a file's progress has the share and the time left", "[client]") {
  CHECK(ProgressLine(1200, Seconds(3), 0.25) == "1200 texts, 400 a second, 25 %, 0:09 left");
  CHECK(ProgressLine(10, Seconds(100), 0.5) == "10 texts, 0 a second, 50 %, 1:40 left");
  CHECK(ProgressLine(10, Seconds(36), 0.005) == "10 texts, 0 a second, 0 %, 1:59:24 left");
  CHECK(ProgressLine(10, Seconds(1), 1) == "10 texts, 10 a second, 100 %, 0:00 left");
}

TEST_CASE("a pipe's end is not known", "[client]") {
  CHECK(ProgressLine(1200, Seconds(3), std::nullopt) == "1200 texts, 400 a second");
  CHECK(ProgressLine(0, Seconds(3), 0) == "0 texts, 0 a second");
}

}  // namespace
}  // namespace quartet
