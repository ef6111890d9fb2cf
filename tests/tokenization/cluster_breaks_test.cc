#include "tokenization/cluster_breaks.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

namespace quartet {
namespace {

// The text's characters: | before one that starts a cluster, x before one that does not.
std::string Marks(std::u32string_view text) {
  ClusterBreaks breaks;
  std::string marks;
  for (const char32_t code_point : text) marks += breaks.StartsCluster(code_point) ? '|' : 'x';
  return marks;
}

TEST_CASE("clusters break as in Unicode 17", "[tokenization]") {
  struct Row {
    std::u32string_view text;
    std::string_view marks;
  };
  const Row table[] = {
      {U"ab", "||"},
      {U"\r\n\r", "|x|"},
      {U"e\u0301\u0302x", "|xx|"},
      {U"\u1100\u1161\u11A8\u1100", "|xx|"},
      {U"\U0001F1E9\U0001F1EA\U0001F1EB", "|x|"},
      {U"\U0001F469\u200D\U0001F467", "|xx"},
      // GB9c: of any scripts, with marks and joiners before and after the linker.
      {U"\u0915\u094D\u0958", "|xx"},
      {U"\u0915\u094D\u09DC\u09CD\u0B5C", "|xxxx"},
      {U"\u0915\u0343\u094D\u200D\u0958", "|xxxx"},
      {U"\u1000\u1039\u0CCB\u0958", "|xxx"},
      {U"\u0915\u0958", "||"},
      {U"\u0915\u0343\u0958", "|x|"},
      {U"\u094D\u0958", "||"},
      {U"a\u094D\u0958", "|x|"},
      {U"\u0915\u094D\u200C\u0958", "|xx|"},      // a non-joiner ends it
      {U"\u0915\u094D\u0903\u0958", "|xx|"},      // so does a spacing mark
      {U"\u0915\u094D\U0001171E\u0958", "|xx|"},  // which this one became
      {U"\u0915\u094Da\u094D\u0958", "|x|x|"},
      {U"\u0915\u094D\u200B\u0958", "|x||"},
      // Classes that utf8proc does not know yet.
      {U"\U000113D1a", "|x"},
      {U"\U00011A3Aa", "||"},
      {U"a\u0897\u1ACF\U00011F5A\U000113CA", "|xxxx"},
      {U"\u2065\u0343", "||"},
      {U"\U00016D63\u11A8", "|x"},
      {U"\u2605\u200D\u2122", "|x|"},
      {U"\U0001FADE\u200D\u2122", "|xx"},
  };
  for (const Row& row : table) {
    INFO("row " << &row - table);
    CHECK(Marks(row.text) == row.marks);
  }
}

}  // namespace
}  // namespace quartet
