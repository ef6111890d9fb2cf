#include "texts/text_generator.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

namespace quartet::bench {
namespace {

constexpr std::size_t kSpecialTokens = 2;

// Every word and the full stop are a token each: test_programs.py checks that with the real
// tokenizer.
std::size_t Tokens(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 2 + kSpecialTokens;
}

std::vector<std::size_t> SortedLengths(const char* mix) {
  std::vector<std::size_t> lengths;
  for (const std::string& text : GenerateTexts(*LengthMix::Parse(mix), 3, 20'000)) {
    lengths.push_back(Tokens(text));
  }
  std::sort(lengths.begin(), lengths.end());
  return lengths;
}

double Mean(const std::vector<std::size_t>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST_CASE("short texts have the shape of the STS benchmark", "[bench]") {
  const auto lengths = SortedLengths("short");
  CHECK(lengths.front() == 5);
  CHECK(lengths.back() == 46);
  CHECK(Mean(lengths) == Approx(14).margin(0.5));
  CHECK(lengths[lengths.size() * 95 / 100] == Approx(31).margin(1));
}

TEST_CASE("mixed texts are spread evenly over 5..128 tokens", "[bench]") {
  const auto lengths = SortedLengths("mixed");
  CHECK(lengths.front() == 5);
  CHECK(lengths.back() == 128);
  CHECK(Mean(lengths) == Approx(66.5).margin(1));
}

TEST_CASE("a number is the length of every text", "[bench]") {
  for (const char* number : {"5", "16", "128", "512"}) {
    const auto lengths = SortedLengths(number);
    CHECK(lengths.front() == std::stoul(number));
    CHECK(lengths.back() == std::stoul(number));
  }
}

TEST_CASE("texts are the same on every machine", "[bench]") {
  const auto texts = GenerateTexts(*LengthMix::Parse("16"), 1, 2);
  CHECK(texts == std::vector<std::string>{
                     "a local man follows for each window but some old report reaches under.",
                     "this green player moves under one office but that open woman finds near."});
  CHECK(GenerateTexts(*LengthMix::Parse("16"), 2, 2) != texts);
}

TEST_CASE("a mix that does not exist is refused by name", "[bench]") {
  for (const char* name : {"", "long", "4", "513", "16x", "-16"}) {
    CAPTURE(name);
    const auto mix = LengthMix::Parse(name);
    REQUIRE(!mix.ok());
    CHECK(std::string(mix.status().message()) ==
          "a mix is short, mixed or a number of tokens, 5..512, not '" + std::string(name) + "'");
  }
}

}  // namespace
}  // namespace quartet::bench
