#include "user/text_source.h"

#include <catch2/catch.hpp>
#include <sstream>

namespace quartet {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("lines come as texts, so many at a time", "[client]") {
  std::istringstream in("one\r\ntwo\nthree");
  TextSource source(in, "");
  CHECK(*source.Next(2) == Texts{"one", "two"});
  CHECK(*source.Next(2) == Texts{"three"});
  CHECK(source.Next(2)->empty());
}

TEST_CASE("of a JSON line the field is the text", "[client]") {
  std::istringstream in("{\"id\": 1, \"body\": \"a \\u00e9\"}\n{\"body\": \"b\"}\n");
  TextSource source(in, "body");
  CHECK(*source.Next(9) == Texts{"a \u00e9", "b"});
}

TEST_CASE("a bad line is named by its number", "[client]") {
  struct Row {
    const char* lines;
    const char* field;
    const char* message;
  };
  for (const Row& row : {Row{"a\n\nb\n", "", "line 2: is empty"},
                         Row{"{\"t\": \"a\"}\nnot json\n", "t", "line 2: is no JSON object"},
                         Row{"[1]\n", "t", "line 1: is no JSON object"},
                         Row{"{\"t\": 3}\n", "t", "line 1: has no text in the field t"},
                         Row{"{}\n", "t", "line 1: has no text in the field t"}}) {
    std::istringstream in(row.lines);
    TextSource source(in, row.field);
    const auto texts = source.Next(9);
    CHECK(texts.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(texts.status().message() == row.message);
  }
}

}  // namespace
}  // namespace quartet
