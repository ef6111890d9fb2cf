#include "user/text_source.h"

#include <catch2/catch.hpp>

#include "client/user/pipe.h"

namespace quartet {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("lines come as texts, so many at a time", "[client]") {
  Pipe pipe;
  pipe.WriteAndClose("one\r\ntwo\nthree");
  TextSource source(InputLines(pipe.reading()), "");
  CHECK(*source.Next(2) == Texts{"one", "two"});
  CHECK(*source.Next(2) == Texts{"three"});
  CHECK(source.Next(2)->empty());
}

TEST_CASE("texts that are there do not wait for those that are not", "[client]") {
  Pipe pipe;
  TextSource source(InputLines(pipe.reading()), "");
  pipe.Write("one\ntwo\nthr");
  CHECK(*source.Next(9) == Texts{"one", "two"});
  pipe.Write("ee\n");
  CHECK(*source.Next(9) == Texts{"three"});
  pipe.WriteAndClose("four");
  CHECK(*source.Next(9) == Texts{"four"});
  CHECK(source.Next(9)->empty());
}

TEST_CASE("of a JSON line the field is the text", "[client]") {
  Pipe pipe;
  pipe.WriteAndClose("{\"id\": 1, \"body\": \"a \\u00e9\"}\n{\"body\": \"b\"}\n");
  TextSource source(InputLines(pipe.reading()), "body");
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
    Pipe pipe;
    pipe.WriteAndClose(row.lines);
    TextSource source(InputLines(pipe.reading()), row.field);
    const auto texts = source.Next(9);
    CHECK(texts.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(texts.status().message() == row.message);
  }
}

}  // namespace
}  // namespace quartet
