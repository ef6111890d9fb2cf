#include "operator/logs/log_line.h"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "operator/logs/line_reader.h"

namespace quartet {
namespace {

const std::string kReady =
    R"({"time":"2026-11-24T02:04:27.123Z","level":"info","event":"ready","threads":"2"})";

TEST_CASE("a line is read with what collectors put around it", "[client]") {
  const std::string escaped =
      R"({"log":"{\"time\":\"2026-11-24T02:04:27.123Z\",\"level\":\"info\",)"
      R"(\"event\":\"ready\",\"threads\":\"2\"}\n","stream":"stderr"})";
  for (const std::string& line : std::vector<std::string>{
           kReady, kReady + "\r", "2026-11-24T02:04:27.123456789Z stderr F " + kReady,
           "[pod/quartet-0/quartet] " + kReady, "quartet-1  | " + kReady, escaped}) {
    INFO(line);
    const std::optional<LogLine> parsed = ParseLogLine(line);
    REQUIRE(parsed.has_value());
    CHECK(parsed->time == "2026-11-24T02:04:27.123Z");
    CHECK(parsed->level == "info");
    CHECK(parsed->event == "ready");
    CHECK(parsed->fields == std::map<std::string, std::string>{{"threads", "2"}});
  }
}

TEST_CASE("values may be numbers, and control characters don't come through", "[client]") {
  const std::optional<LogLine> parsed = ParseLogLine(
      R"({"level":"error","event":"call failed","milliseconds":12.5,"calls":3,"reason":"a\u001b[1m\nb"})");
  REQUIRE(parsed.has_value());
  CHECK(parsed->time.empty());
  CHECK(parsed->fields.at("milliseconds") == "12.5");
  CHECK(parsed->fields.at("calls") == "3");
  CHECK(parsed->fields.at("reason") == "a [1m b");
}

TEST_CASE("what is no line of the log is told apart", "[client]") {
  for (const std::string line :
       {"", "text", "{", "{}", "[1]", "null", "{\"level\":\"info\"}", "{\"event\":\"ready\"}",
        "{\"log\":\"text\"}", "{\"log\":1}", "{\"level\":\"info\",\"event\":\"ready\"",
        "\xff{\"level\":\"\xff\",\"event\":\"x\"}"}) {
    INFO(line);
    CHECK_FALSE(ParseLogLine(line).has_value());
  }
}

TEST_CASE("the server's text format is known", "[client]") {
  CHECK(IsTextLogLine("2026-11-24T02:04:27.123Z info ready address=0.0.0.0:50051"));
  CHECK(IsTextLogLine("2026-11-24T02:04:27.123Z error start failed reason=x"));
  CHECK_FALSE(IsTextLogLine("2026-11-24T02:04:27.123Z INFO ready"));
  CHECK_FALSE(IsTextLogLine("terminate called after throwing"));
  CHECK_FALSE(IsTextLogLine(""));
}

std::vector<std::string> LinesOf(const std::string& text, std::size_t longest) {
  std::istringstream in(text);
  LineReader reader(in, longest);
  std::vector<std::string> lines;
  while (const auto line = reader.Next()) lines.emplace_back(*line);
  return lines;
}

TEST_CASE("lines are read whole across chunks, and cut where they are too long", "[client]") {
  using Lines = std::vector<std::string>;
  constexpr std::size_t kLongest = 1 << 20;
  CHECK(LinesOf("", kLongest) == Lines{});
  CHECK(LinesOf("\n", kLongest) == Lines{""});
  CHECK(LinesOf("a\nb", kLongest) == Lines{"a", "b"});
  CHECK(LinesOf("a\n\nb\n", kLongest) == Lines{"a", "", "b"});
  const std::string chunk(1 << 16, 'x');
  CHECK(LinesOf(chunk + "\ny\n", kLongest) == Lines{chunk, "y"});
  CHECK(LinesOf("z\n" + chunk + chunk + "\ny", kLongest) == Lines{"z", chunk + chunk, "y"});
  CHECK(LinesOf("abcdef\nxy\n", 3) == Lines{"abc", "xy"});
  CHECK(LinesOf("ab\n" + chunk + chunk + "\nxy\n", 3) == Lines{"ab", "xxx", "xy"});
}

}  // namespace
}  // namespace quartet
