#include "calls/utf8.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

namespace quartet {
namespace {

TEST_CASE("well-formed UTF-8 has no invalid byte", "[calls]") {
  const std::vector<std::string> texts = {
      "",
      "plain",
      std::string("nul\0inside", 10),
      "\u00e9\u00df",
      "\u4f60\u597d",
      "\U0001f600",
      "\ufffd",
      "\U0010ffff",
  };
  for (const std::string& text : texts) CHECK(FirstInvalidUtf8(text) == std::nullopt);
}

TEST_CASE("the first invalid byte is found", "[calls]") {
  struct Row {
    std::string claim;
    std::string text;
    std::size_t offset;
  };
  const std::vector<Row> table = {
      {"a lone continuation byte", "ab\x80", 2},
      {"a cut sequence at the end", "abc\xe4\xbd", 3},
      {"an overlong slash", "\xc0\xaf", 0},
      {"a surrogate", "a\xed\xa0\x80", 1},
      {"beyond U+10FFFF", "\xf4\x90\x80\x80", 0},
      {"a byte that never occurs", "text \xff", 5},
      {"only the first of several", "\xc3\xa9\xfe\xff", 2},
  };
  for (const Row& row : table) {
    INFO(row.claim);
    CHECK(FirstInvalidUtf8(row.text) == row.offset);
  }
}

}  // namespace
}  // namespace quartet
