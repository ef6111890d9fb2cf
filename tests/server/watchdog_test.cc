#include "watchdog.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <latch>

namespace quartet {
namespace {

TEST_CASE("a watchdog looks again and again", "[server]") {
  std::latch looks(3);
  int left = 3;
  const Watchdog watchdog(std::chrono::milliseconds(1), [&] {
    if (left-- > 0) looks.count_down();
  });
  looks.wait();
}

TEST_CASE("it ends at once, however long its period", "[server]") {
  const Watchdog watchdog(std::chrono::hours(1), [] { FAIL("nobody waited for an hour"); });
}

}  // namespace
}  // namespace quartet
