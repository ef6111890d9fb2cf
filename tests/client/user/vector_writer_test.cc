#include "user/vector_writer.h"

#include <catch2/catch.hpp>
#include <sstream>
#include <vector>

namespace quartet {
namespace {

std::string Written(const std::string& format) {
  std::ostringstream out;
  const auto writer = MakeVectorWriter(format, out);
  REQUIRE(writer.ok());
  const std::vector<float> first = {1, -0.5};
  const std::vector<float> second = {0.1F, 3e-9F};
  (*writer)->Write("say \"a\"", first);
  (*writer)->Write("b\n", second);
  (*writer)->End();
  return out.str();
}

TEST_CASE("each format is what its readers expect", "[client]") {
  CHECK(Written("csv") == "1,-0.5\n0.100000001,3.00000003e-09\n");
  CHECK(Written("jsonl") ==
        "{\"text\": \"say \\\"a\\\"\", \"embedding\": [1,-0.5]}\n"
        "{\"text\": \"b\\n\", \"embedding\": [0.100000001,3.00000003e-09]}\n");
  CHECK(Written("json") ==
        "[{\"text\": \"say \\\"a\\\"\", \"embedding\": [1,-0.5]},\n"
        "{\"text\": \"b\\n\", \"embedding\": [0.100000001,3.00000003e-09]}]\n");
  CHECK(Written("f32").size() == 16);
  CHECK(Written("npy") == NpyHeader(2, 2) + Written("f32"));
}

TEST_CASE("nothing is a file, too", "[client]") {
  for (const auto& [format, expected] :
       {std::pair<std::string, std::string>{"json", "[]\n"}, {"jsonl", ""}, {"csv", ""}}) {
    std::ostringstream out;
    const auto writer = MakeVectorWriter(format, out);
    (*writer)->End();
    CHECK(out.str() == expected);
  }
}

TEST_CASE("an npy header is 128 bytes whatever it says", "[client]") {
  CHECK(NpyHeader(0, 0).size() == 128);
  CHECK(NpyHeader(1'000'000'000, 4096).size() == 128);
  CHECK_THAT(NpyHeader(7, 384), Catch::Contains("'shape': (7, 384)"));
}

TEST_CASE("another format is refused by its name", "[client]") {
  std::ostringstream out;
  CHECK(MakeVectorWriter("xml", out).status().message() ==
        "--format: is xml, must be jsonl, json, csv, f32 or npy");
}

}  // namespace
}  // namespace quartet
