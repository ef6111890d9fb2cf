#include "tokenization/sentencepiece_tokenizer.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sentencepiece_model.pb.h"
#include "tokenization/tokenizer_loader.h"

namespace quartet {
namespace {

using File = sentencepiece::Model;
using Ids = std::vector<std::int64_t>;

constexpr char kMark[] = "\xe2\x96\x81";

// Ids: 0 <s>, 1 <pad>, 2 </s>, 3 <unk>, 4 mark, 5 mark+ab, 6 a, 7 b, 8 ab, 9 abab, 10 <mask>
File ModelFile(int model_type) {
  File file;
  for (const char* text : {"<unk>", "<s>", "</s>"}) file.add_pieces()->set_text(text);
  const std::string mark = kMark;
  const std::vector<std::pair<std::string, float>> pieces = {
      {mark, -1}, {mark + "ab", -3}, {"a", -4}, {"b", -4}, {"ab", -2}, {"abab", -5}};
  for (const auto& [text, score] : pieces) {
    file.add_pieces()->set_text(text);
    file.mutable_pieces(file.pieces_size() - 1)->set_score(score);
  }
  file.mutable_training()->set_model_type(model_type);
  return file;
}

TokenizerSpec Spec(std::size_t max_length = 64, bool mask_takes_spaces = true) {
  return {.kind = kSentencepiece,
          .max_sequence_length = max_length,
          .mask_takes_spaces = mask_takes_spaces};
}

std::unique_ptr<Tokenizer> MakeTokenizer(int model_type, const TokenizerSpec& spec = Spec()) {
  auto tokenizer = LoadTokenizer(spec, ModelFile(model_type).SerializeAsString());
  REQUIRE(tokenizer.ok());
  return *std::move(tokenizer);
}

Ids IdsOf(const Tokenizer& tokenizer, const std::string& text) {
  return tokenizer.Tokenize(text, Truncation::kEnd)->ids;
}

TEST_CASE("a unigram model takes the most probable pieces, BPE the first merges",
          "[tokenization]") {
  const auto unigram = MakeTokenizer(1);
  CHECK(IdsOf(*unigram, "ab") == Ids{0, 5, 2});
  CHECK(IdsOf(*unigram, "abab a") == Ids{0, 5, 8, 4, 6, 2});
  const auto bpe = MakeTokenizer(2);
  CHECK(IdsOf(*bpe, "ab") == Ids{0, 5, 2});
  CHECK(IdsOf(*bpe, "abab a") == Ids{0, 5, 8, 4, 6, 2});
}

TEST_CASE("what no piece is for is unknown, neighbours as one", "[tokenization]") {
  for (const int type : {1, 2}) {
    CHECK(IdsOf(*MakeTokenizer(type), "axyb") == Ids{0, 4, 6, 3, 7, 2});
    CHECK(IdsOf(*MakeTokenizer(type), "\xff\xc3") == Ids{0, 4, 3, 2});
  }
}

TEST_CASE("a special token in the text is that token, <mask> with the spaces before it",
          "[tokenization]") {
  const auto tokens = MakeTokenizer(1)->Describe("a  <mask>b</s>");
  REQUIRE(tokens.size() == 8);
  CHECK(tokens[3].id == 10);
  CHECK(tokens[3].begin == 1);
  CHECK(tokens[3].end == 9);
  CHECK(tokens[6].id == 2);
  CHECK_FALSE(tokens[6].special);
  CHECK(tokens[7].special);
  const auto kept = MakeTokenizer(1, Spec(64, false))->Describe("a  <mask>b</s>");
  CHECK(kept[3].begin == 3);
}

TEST_CASE("sentencepiece texts are cut at the end, at the start, or refused", "[tokenization]") {
  const auto tokenizer = MakeTokenizer(1, Spec(4));
  CHECK(tokenizer->Tokenize("ab a", Truncation::kEnd)->ids == Ids{0, 5, 4, 2});
  CHECK(tokenizer->Tokenize("ab a", Truncation::kStart)->ids == Ids{0, 4, 6, 2});
  CHECK(tokenizer->Tokenize("ab a", Truncation::kReject).status().message() ==
        "has 5 tokens, the limit is 4");
}

TEST_CASE("a start that is cut ends anywhere: in a word, at a special token, between spaces",
          "[tokenization]") {
  const auto end = [](const std::string& text) {
    return *MakeTokenizer(1, Spec(5))->Tokenize(text, Truncation::kStart);
  };
  CHECK(end("b ab ab").ids == Ids{0, 7, 5, 5, 2});
  CHECK(end("ab ab <mask>  ab ").ids == Ids{0, 5, 10, 5, 2});
  CHECK(end("ab </s></s></s>").ids == Ids{0, 2, 2, 2, 2});
  CHECK(end("ab </s></s></s></s></s></s>").ids == Ids{0, 2, 2, 2, 2});
  CHECK(end("ab </s></s></s></s></s></s>").truncated);
  CHECK(end("ab </s>b a").ids == Ids{0, 7, 4, 6, 2});
  CHECK(end("ab ab ab").ids == Ids{0, 5, 5, 5, 2});
  CHECK_FALSE(end("ab ab ab").truncated);
  CHECK_FALSE(end("<s> ab <mask>").truncated);
  CHECK(end("<s> ab <mask>ab").truncated);
  CHECK(end("</s>ab ab ab").truncated);
  CHECK_FALSE(end(" ").truncated);
}

void CheckRefused(const std::string& content, const std::string& message) {
  const absl::Status status = LoadTokenizer(Spec(), content).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK_THAT(std::string(status.message()), Catch::Contains(message));
}

TEST_CASE("what is wrong with a sentencepiece model is named", "[tokenization]") {
  const auto changed = [](auto change) {
    File file = ModelFile(1);
    change(file);
    return file.SerializeAsString();
  };
  CheckRefused("\xff\xff", "is not a sentencepiece model");
  CheckRefused("", "has 0 pieces, the least is 4");
  CheckRefused(ModelFile(3).SerializeAsString(), "is of type 3");
  CheckRefused(changed([](File& file) { file.mutable_training()->set_byte_fallback(true); }),
               "falls back to bytes");
  CheckRefused(changed([](File& file) { file.mutable_pieces(1)->set_text("[CLS]"); }),
               "does not have <s> as piece 1");
  CheckRefused(changed([](File& file) { file.mutable_pieces(4)->set_type(4); }),
               "piece 4 of type 4");
  CheckRefused(changed([](File& file) { file.mutable_pieces(4)->set_text(""); }), "empty piece 4");
  CheckRefused(changed([](File& file) { file.mutable_pieces(4)->set_text("\xff"); }),
               "piece 4 that is not UTF-8");
  CheckRefused(changed([](File& file) { file.mutable_pieces(4)->set_text(std::string(257, 'a')); }),
               "piece 4 of 257 bytes, the limit is 256");
  CheckRefused(changed([](File& file) { file.mutable_pieces(4)->set_text("<mask>"); }),
               "the piece '<mask>' twice");
  CheckRefused(changed([](File& file) {
                 file.mutable_normalization()->set_precompiled_charsmap("foreign bytes");
               }),
               "precompiled_charsmap is damaged");
}

}  // namespace
}  // namespace quartet
