#include "tokenization/special_tokens.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

TEST_CASE("special tokens are found as this table says", "[tokenization]") {
  struct Row {
    std::string claim, text;
    std::size_t start, offset, length;
    std::int64_t id;
  };
  const std::vector<Row> table = {
      {"none in an empty text", "", 0, 0, 0, 0},
      {"none: the end of the text, no length", "a[SEQ]", 0, 6, 0, 0},
      {"the first of several", "a[SEP][CLS]", 0, 1, 5, 3},
      {"what lies before the start does not count", "a[SEP][CLS]", 2, 6, 5, 2},
      {"the longest of those that start together", "[SEP]x[SEP]xy", 0, 0, 6, 7},
      {"a bracket before it is text", "[[CLS]]", 0, 1, 5, 2},
      {"case counts", "[cls]", 0, 5, 0, 0},
      {"a token that the text cuts short is text", "[SEP][CL", 5, 8, 0, 0},
      {"a start at the end of the text", "[CLS]", 5, 5, 0, 0},
  };
  const SpecialTokens tokens({{"[SEP]", 3}, {"[CLS]", 2}, {"[SEP]x", 7}});
  for (const Row& row : table) {
    INFO(row.claim);
    const SpecialTokens::Match match = tokens.FindFirst(row.text, row.start);
    CHECK(match.offset == row.offset);
    CHECK(match.length == row.length);
    CHECK(match.id == row.id);
  }
}

TEST_CASE("special tokens may begin with different bytes", "[tokenization]") {
  const SpecialTokens tokens({{"[A]", 1}, {"<b>", 2}});
  CHECK(tokens.FindFirst("x<[<b>[A]", 0).id == 2);
  CHECK(tokens.FindFirst("x<[<b>[A]", 6).id == 1);
}

TEST_CASE("without special tokens nothing is found", "[tokenization]") {
  CHECK(SpecialTokens({}).FindFirst("[SEP]", 0).length == 0);
}

// It would take minutes if every bracket looked at the rest of the text.
TEST_CASE("a text of nothing but brackets is searched in linear time", "[tokenization]") {
  const SpecialTokens tokens({{"[SEP]", 3}, {"[CLS]", 2}});
  CHECK(tokens.FindFirst(std::string(4'000'000, '['), 0).length == 0);
}

}  // namespace
}  // namespace quartet
