#include "calls/text_limits.h"

#include <catch2/catch.hpp>
#include <string>

namespace quartet {
namespace {

constexpr RequestLimits kLimits = {.max_texts = 2, .max_text_bytes = 3};

TEST_CASE("a text's problem names the limit and the value", "[calls]") {
  CHECK_FALSE(ProblemOf("abc", kLimits).has_value());
  CHECK(ProblemOf("", kLimits) == "is empty; a text has at least 1 byte");
  CHECK(ProblemOf("abcd", kLimits) == "has 4 bytes, the limit is 3");
  CHECK(ProblemOf("a\xff", kLimits) == "is not valid UTF-8 at byte 1");
}

TEST_CASE("a request has one text to the most", "[calls]") {
  CHECK(ProblemOfCount(0, kLimits) == "is empty; a request has at least 1 text");
  CHECK_FALSE(ProblemOfCount(1, kLimits).has_value());
  CHECK_FALSE(ProblemOfCount(2, kLimits).has_value());
  CHECK(ProblemOfCount(3, kLimits) == "has 3 texts, the limit is 2");
}

}  // namespace
}  // namespace quartet
