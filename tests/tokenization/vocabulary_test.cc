#include "tokenization/vocabulary.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>

namespace quartet {
namespace {

TEST_CASE("a piece's id is the number of its line", "[tokenization]") {
  const Vocabulary vocabulary("zero\none\r\ntwo");
  CHECK(vocabulary.size() == 3);
  CHECK(vocabulary.Find("zero") == 0);
  CHECK(vocabulary.Find("one") == 1);
  CHECK(vocabulary.Find("two") == 2);
  CHECK(vocabulary.Find("three") == std::nullopt);
}

TEST_CASE("spaces at the end of a line are no part of the piece", "[tokenization]") {
  CHECK(Vocabulary("zero\none  \n").Find("one") == 1);
}

TEST_CASE("of equal lines the last one holds", "[tokenization]") {
  CHECK(Vocabulary("a\nb\na\n").Find("a") == 2);
}

TEST_CASE("an empty line has an id, an empty file has none", "[tokenization]") {
  CHECK(Vocabulary("a\n\nb\n").Find("b") == 2);
  CHECK(Vocabulary("").size() == 0);
}

TEST_CASE("the longest prefix is found, at the beginning and inside of a word", "[tokenization]") {
  const Vocabulary vocabulary("un\nunable\n##able\n##a\nable\n");
  std::size_t length = 0;
  CHECK(vocabulary.LongestPrefix("unableness", false, length) == 1);
  CHECK(length == 6);
  CHECK(vocabulary.LongestPrefix("unabl", false, length) == 0);
  CHECK(vocabulary.LongestPrefix("ableness", true, length) == 2);
  CHECK(vocabulary.LongestPrefix("able", false, length) == 4);
  CHECK(vocabulary.LongestPrefix("unable", true, length) == std::nullopt);
}

TEST_CASE("a prefix never ends inside of a character", "[tokenization]") {
  const Vocabulary vocabulary("\xc3\nx\n");  // a broken line of half an é
  std::size_t length = 0;
  CHECK(vocabulary.LongestPrefix("\xc3\xa9", false, length) == std::nullopt);
}

}  // namespace
}  // namespace quartet
