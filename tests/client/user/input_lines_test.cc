#include "user/input_lines.h"

#include <sys/eventfd.h>

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "client/user/pipe.h"

namespace quartet {
namespace {

std::vector<std::string> AllOf(InputLines& lines) {
  std::vector<std::string> all;
  while (auto line = lines.Next()) all.push_back(*std::move(line));
  return all;
}

TEST_CASE("lines end with a line end or with the input", "[client]") {
  struct Row {
    const char* written;
    std::vector<std::string> lines;
  };
  for (const Row& row : {Row{"", {}}, Row{"\n", {""}}, Row{"a", {"a"}}, Row{"a\n", {"a"}},
                         Row{"a\n\nb", {"a", "", "b"}}, Row{"\n\na\n", {"", "", "a"}}}) {
    Pipe pipe;
    pipe.WriteAndClose(row.written);
    InputLines lines(pipe.reading());
    CHECK(AllOf(lines) == row.lines);
    CHECK(lines.status().ok());
    CHECK(lines.HasNext());  // the end, at once
    CHECK_FALSE(lines.Next());
  }
}

TEST_CASE("a line that is not whole yet is none", "[client]") {
  Pipe pipe;
  InputLines lines(pipe.reading());
  CHECK_FALSE(lines.HasNext());
  pipe.Write("one\ntw");
  CHECK(lines.HasNext());
  CHECK(lines.Next() == "one");
  CHECK_FALSE(lines.HasNext());
  pipe.Write("o\n");
  CHECK(lines.HasNext());
  CHECK(lines.Next() == "two");
}

TEST_CASE("a line may be longer than what one read brings", "[client]") {
  Pipe pipe;
  InputLines lines(pipe.reading());
  const std::string part(60'000, 'x');
  for (int i = 0; i < 5; ++i) {
    pipe.Write(part);
    CHECK_FALSE(lines.HasNext());
  }
  pipe.WriteAndClose("\nlast");
  CHECK(lines.Next()->size() == 5 * part.size());
  CHECK(lines.Next() == "last");
}

TEST_CASE("a descriptor whose reads do not wait is waited for", "[client]") {
  Pipe pipe;
  REQUIRE(fcntl(pipe.reading(), F_SETFL, O_NONBLOCK) == 0);
  InputLines lines(pipe.reading());
  CHECK_FALSE(lines.HasNext());
  const std::jthread writer([&pipe] { pipe.Write("one\n"); });
  CHECK(lines.Next() == "one");
}

TEST_CASE("an input that can't be read is no end", "[client]") {
  const int folder = open("/", O_RDONLY | O_CLOEXEC);
  InputLines lines(folder);
  CHECK_FALSE(lines.Next());
  CHECK(lines.status().message() == "input: can't read: Is a directory");
  close(folder);
}

TEST_CASE("a standard input that is closed is no end", "[client]") {
  const int event = eventfd(0, EFD_CLOEXEC);
  for (const int descriptor : {event, 1 << 20}) {
    InputLines lines(descriptor);
    CHECK_FALSE(lines.Next());
    CHECK(lines.status().message() == "input: can't read: Bad file descriptor");
  }
  close(event);
}

}  // namespace
}  // namespace quartet
