#include "tokenization/wordpiece_tokenizer.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "fakes/bert_spec.h"
#include "tokenization/tokenizer_loader.h"

namespace quartet {
namespace {

using Ids = std::vector<std::int64_t>;

// 0 [PAD], 1 [UNK], 2 [CLS], 3 [SEP], 4 [MASK], 5 un, 6 ##able, 7 ##ness, 8 hello, 9 !, 10 x,
// 11 ##x, 12 [
constexpr char kVocabulary[] =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##able\n##ness\nhello\n!\nx\n##x\n[\n";

std::unique_ptr<Tokenizer> MakeTokenizer(std::size_t max_length = 128) {
  auto tokenizer = LoadTokenizer(BertSpec(max_length), kVocabulary);
  REQUIRE(tokenizer.ok());
  return *std::move(tokenizer);
}

Ids IdsOf(const std::string& text) {
  const auto sequence = MakeTokenizer()->Tokenize(text, Truncation::kEnd);
  REQUIRE(sequence.ok());
  return sequence->ids;
}

TEST_CASE("words become pieces, the longest first", "[tokenization]") {
  CHECK(IdsOf("Hello unableness!") == Ids{2, 8, 5, 6, 7, 9, 3});
}

TEST_CASE("a text without words is its two special tokens", "[tokenization]") {
  CHECK(IdsOf(" \u200b ") == Ids{2, 3});
}

TEST_CASE("a word that does not come out even is unknown as a whole", "[tokenization]") {
  CHECK(IdsOf("hello unablez x") == Ids{2, 8, 1, 10, 3});
}

TEST_CASE("a word of 100 characters is split, one of 101 is unknown", "[tokenization]") {
  const Ids hundred = IdsOf(std::string(100, 'x'));
  REQUIRE(hundred.size() == 102);
  CHECK(hundred[1] == 10);
  CHECK(hundred[100] == 11);
  CHECK(IdsOf(std::string(101, 'x')) == Ids{2, 1, 3});
}

TEST_CASE("a special token in the text is that token, in its exact spelling", "[tokenization]") {
  CHECK(IdsOf("hello[SEP]x") == Ids{2, 8, 3, 10, 3});
  CHECK(IdsOf("[MASK][PAD]") == Ids{2, 4, 0, 3});
  CHECK(IdsOf("[sep]") == Ids{2, 12, 1, 1, 3});
}

TEST_CASE("a model may have other special tokens than BERT, and more", "[tokenization]") {
  TokenizerSpec spec = BertSpec(128);
  spec.unknown_token = "<unk>";
  spec.cls_token = "<s>";
  spec.sep_token = "</s>";
  spec.added_tokens = {"<s>", "</s>", "<s>>"};
  // 0 <s>, 1 </s>, 2 <unk>, 3 hello, 4 [MASK], 5 <s>>
  const auto tokenizer = LoadTokenizer(spec, "<s>\n</s>\n<unk>\nhello\n[MASK]\n<s>>\n");
  REQUIRE(tokenizer.ok());
  const auto sequence = (*tokenizer)->Tokenize("<s>hello</s><s>> [MASK]<S>", Truncation::kEnd);
  REQUIRE(sequence.ok());
  // [MASK] is none of them, so it is three words here, as "<S>" is.
  CHECK(sequence->ids == Ids{0, 0, 3, 1, 5, 2, 2, 2, 2, 2, 2, 1});
}

TEST_CASE("tokens are described with their pieces and the bytes that they stand for",
          "[tokenization]") {
  struct Row {
    std::string text;
    std::vector<std::string> pieces;
    std::vector<std::size_t> places;  // begin, end, begin, ...
  };
  const std::vector<Row> table = {
      {"", {}, {}},
      {"Hello  unable!", {"hello", "un", "##able", "!"}, {0, 5, 7, 9, 9, 13, 13, 14}},
      {"h\u00e9llo x", {"hello", "x"}, {0, 6, 7, 8}},  // an accent goes, and its bytes count
      {"unablez x", {"[UNK]", "x"}, {0, 7, 8, 9}},
      {"x[SEP]x", {"x", "[SEP]", "x"}, {0, 1, 1, 6, 6, 7}},
      {std::string(101, 'x') + "!", {"[UNK]", "!"}, {0, 101, 101, 102}},
  };
  for (const Row& row : table) {
    INFO(row.text);
    const std::vector<Token> tokens = MakeTokenizer(3)->Describe(row.text);
    REQUIRE(tokens.size() == row.pieces.size() + 2);
    CHECK((tokens.front().piece == "[CLS]" && tokens.front().special));
    CHECK((tokens.back().piece == "[SEP]" && tokens.back().special));
    for (std::size_t i = 0; i < row.pieces.size(); ++i) {
      CHECK(tokens[i + 1].piece == row.pieces[i]);
      CHECK(tokens[i + 1].begin == row.places[2 * i]);
      CHECK(tokens[i + 1].end == row.places[2 * i + 1]);
      CHECK_FALSE(tokens[i + 1].special);
    }
  }
}

TEST_CASE("a text of exactly the maximum is not cut", "[tokenization]") {
  const auto sequence = MakeTokenizer(5)->Tokenize("x ! hello", Truncation::kEnd);
  REQUIRE(sequence.ok());
  CHECK(sequence->ids == Ids{2, 10, 9, 8, 3});
  CHECK_FALSE(sequence->truncated);
}

TEST_CASE("one token more is cut at the end or at the start, and says so", "[tokenization]") {
  const auto tokenizer = MakeTokenizer(5);
  const auto end = tokenizer->Tokenize("x ! hello un", Truncation::kEnd);
  REQUIRE(end.ok());
  CHECK(end->ids == Ids{2, 10, 9, 8, 3});
  CHECK(end->truncated);
  const auto start = tokenizer->Tokenize("x ! hello un", Truncation::kStart);
  REQUIRE(start.ok());
  CHECK(start->ids == Ids{2, 9, 8, 5, 3});
  CHECK(start->truncated);
}

TEST_CASE("a cut may go through a word", "[tokenization]") {
  const auto sequence = MakeTokenizer(4)->Tokenize("unableness", Truncation::kEnd);
  REQUIRE(sequence.ok());
  CHECK(sequence->ids == Ids{2, 5, 6, 3});
}

TEST_CASE("a refusal tells the number of tokens and the limit", "[tokenization]") {
  const auto tokenizer = MakeTokenizer(5);
  CHECK(tokenizer->Tokenize("x ! hello", Truncation::kReject).ok());
  const absl::Status status = tokenizer->Tokenize("x ! hello un x", Truncation::kReject).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK(status.message() == "has 7 tokens, the limit is 5");
}

// Each would take minutes if the work were quadratic.
TEST_CASE("hostile texts are done in linear time, in every mode", "[tokenization]") {
  const std::string word(1'000'000, 'x');
  std::string brackets;
  std::string pieces;
  for (int i = 0; i < 200'000; ++i) {
    brackets += "[SE";
    pieces += std::string(100, 'x') + " ";
  }
  const auto tokenizer = MakeTokenizer();
  for (const Truncation truncation : {Truncation::kEnd, Truncation::kStart, Truncation::kReject}) {
    CHECK(tokenizer->Tokenize(word, truncation).ok());
    CHECK(tokenizer->Tokenize(brackets, truncation).ok() == (truncation != Truncation::kReject));
  }
  CHECK(tokenizer->Tokenize(pieces, Truncation::kEnd)->ids.size() == 128);
}

}  // namespace
}  // namespace quartet
