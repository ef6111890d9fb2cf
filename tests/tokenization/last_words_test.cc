#include "tokenization/last_words.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

std::vector<std::string> Taken(LastWords& words) {
  std::vector<std::string> taken;
  for (std::string_view word; words.TakeLast(word);) taken.emplace_back(word);
  return taken;
}

TEST_CASE("the last word comes first", "[tokenization]") {
  LastWords words(4);
  CHECK(Taken(words).empty());
  for (const char* word : {"one", "", "two"}) words.Add(word);
  CHECK(Taken(words) == std::vector<std::string>{"two", "", "one"});
}

TEST_CASE("words before those to keep are forgotten, half of them at a time", "[tokenization]") {
  const auto kept = [](int count) {
    LastWords words(2);
    for (int i = 0; i < count; ++i) words.Add(std::to_string(i * i));
    return Taken(words);
  };
  CHECK(kept(4) == std::vector<std::string>{"9", "4", "1", "0"});
  CHECK(kept(5) == std::vector<std::string>{"16", "9", "4"});
  CHECK(kept(1000).size() <= 4);
  CHECK(kept(1000)[1] == "996004");
}

TEST_CASE("a word may be added where one was taken", "[tokenization]") {
  LastWords words(2);
  std::string_view word;
  for (const char* added : {"a", "bb", "ccc"}) words.Add(added);
  REQUIRE(words.TakeLast(word));
  words.Add("d");
  CHECK(Taken(words) == std::vector<std::string>{"d", "bb", "a"});
}

}  // namespace
}  // namespace quartet
