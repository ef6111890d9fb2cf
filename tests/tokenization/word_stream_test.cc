#include "tokenization/word_stream.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

using Words = std::vector<std::string>;

Words WordsOf(const std::string& text, const WordOptions& options = {}) {
  WordStream stream(text, options);
  Words words;
  for (Word word; stream.Next(word);) words.push_back(word.text);
  return words;
}

TEST_CASE("texts are split as this table says", "[tokenization]") {
  struct Row {
    std::string claim, text;
    Words words;
  };
  const std::vector<Row> table = {
      {"nothing gives nothing", "", {}},
      {"only whitespace gives nothing", " \t\r\n\u00a0\u3000", {}},
      {"words are lower-cased", "Hello WORLD", {"hello", "world"}},
      {"punctuation stands alone", "don't stop!?", {"don", "'", "t", "stop", "!", "?"}},
      {"accents are stripped", "na\u00efve \u00c5ngstr\u00f6m", {"naive", "angstrom"}},
      {"also those written as marks", "e\u0301\u0302a", {"ea"}},
      {"a mark alone is nothing", "\u0301", {}},
      {"ideographs stand alone", "ab\u4f60\u597dc", {"ab", "\u4f60", "\u597d", "c"}},
      {"kana stay together", "\u3053\u3093", {"\u3053\u3093"}},
      {"hangul is decomposed", "\ud55c", {"\u1112\u1161\u11ab"}},
      {"controls vanish without splitting",
       std::string("a\0b\x01"
                   "c\u200bd",
                   9),
       {"abcd"}},
      {"tabs and line ends split", "a\tb\nc", {"a", "b", "c"}},
      {"a dotted capital I", "\u0130x", {"ix"}},
      {"bytes that are no UTF-8 vanish",
       "a\xff"
       "b",
       {"ab"}},
      {"punctuation that decomposition makes", "a\u037eb", {"a", ";", "b"}},
  };
  for (const Row& row : table) {
    INFO(row.claim);
    CHECK(WordsOf(row.text) == row.words);
  }
}

TEST_CASE("what is not asked for is not done", "[tokenization]") {
  const WordOptions cased = {.lower_case = false, .strip_accents = false, .split_cjk = false};
  CHECK(WordsOf("\u00c9cole \u4f60\u597d", cased) == Words{"\u00c9cole", "\u4f60\u597d"});
}

TEST_CASE("marks are put into canonical order", "[tokenization]") {
  // U+1D165 (class 216) and U+302E (class 224) are spacing marks: they stay, in the order of class.
  CHECK(WordsOf("a\u302e\U0001d165b") == Words{"a\U0001d165\u302eb"});
  // The marks that U+1D15F decomposes into are ordered with those that follow it: U+1B44 (class 9)
  // comes before its U+1D165, although it stands in the text after a character that is complete.
  CHECK(WordsOf("a\U0001d15f\u1b44b") == Words{"a\U0001d158\u1b44\U0001d165b"});
}

TEST_CASE("a mark is not ordered behind the next character", "[tokenization]") {
  CHECK(WordsOf("\u3053\u302e\u3093") == Words{"\u3053\u302e\u3093"});
}

TEST_CASE("marks of one class stay as they came", "[tokenization]") {
  std::string marks;  // both of class 224, spacing; so many that an unstable sort moves them
  for (int i = 0; i < 40; ++i) marks += i % 3 == 0 ? "\u302e" : "\u302f";
  CHECK(WordsOf("\u3053" + marks) == Words{"\u3053" + marks});
}

TEST_CASE("a word beyond the limit is counted and cut", "[tokenization]") {
  const std::string text(1'000'000, 'x');
  WordStream stream(text, {});
  Word word;
  REQUIRE(stream.Next(word));
  CHECK(word.characters == 1'000'000);
  CHECK(word.text.size() == 100);
  CHECK_FALSE(stream.Next(word));
}

// Each would take minutes if the work were quadratic.
TEST_CASE("hostile texts are done in linear time", "[tokenization]") {
  std::string marks = "a";
  std::string mixed = "a";
  std::string ligatures;
  for (int i = 0; i < 500'000; ++i) {
    marks += "\u0301";
    mixed += i % 2 == 0 ? "\u0301" : "\u0323";
    ligatures += "\ufdfa";
  }
  CHECK(WordsOf(marks) == Words{"a"});
  CHECK(WordsOf(mixed) == Words{"a"});
  CHECK(WordsOf(ligatures).size() == 1);
  CHECK(WordsOf(std::string(1'000'000, '\xff')).empty());
  CHECK(WordsOf(std::string(1'000'000, '!')).size() == 1'000'000);
}

}  // namespace
}  // namespace quartet
