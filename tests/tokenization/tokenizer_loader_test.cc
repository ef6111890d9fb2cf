#include "tokenization/tokenizer_loader.h"

#include <catch2/catch.hpp>
#include <string>

namespace quartet {
namespace {

constexpr char kVocabulary[] = "[UNK]\n[CLS]\n[SEP]\nx\n";

TokenizerSpec GoodSpec() {
  return {.kind = "wordpiece",
          .unknown_token = "[UNK]",
          .cls_token = "[CLS]",
          .sep_token = "[SEP]",
          .max_word_characters = 100,
          .max_sequence_length = 8};
}

void CheckRefused(const TokenizerSpec& spec, const std::string& vocabulary,
                  const std::string& message) {
  const absl::Status status = LoadTokenizer(spec, vocabulary).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK_THAT(std::string(status.message()), Catch::Contains(message));
}

TEST_CASE("a complete spec gives a tokenizer", "[tokenization]") {
  const auto tokenizer = LoadTokenizer(GoodSpec(), kVocabulary);
  REQUIRE(tokenizer.ok());
  CHECK((*tokenizer)->max_sequence_length() == 8);
}

TEST_CASE("what is wrong with a spec is named", "[tokenization]") {
  TokenizerSpec spec = GoodSpec();
  spec.kind = "bpe";
  CheckRefused(spec, kVocabulary, "kind 'bpe'");
  spec = GoodSpec();
  spec.max_sequence_length = 2;
  CheckRefused(spec, kVocabulary, "max_sequence_length is 2");
  spec = GoodSpec();
  spec.max_word_characters = 0;
  CheckRefused(spec, kVocabulary, "max_word_characters is 0");
  spec = GoodSpec();
  spec.sep_token = "</s>";
  CheckRefused(spec, kVocabulary, "'</s>'");
  spec = GoodSpec();
  spec.cls_token = "";  // an empty line of the vocabulary is no special token
  CheckRefused(spec, "[UNK]\n[CLS]\n[SEP]\n\n", "lacks the special token ''");
  spec = GoodSpec();
  spec.added_tokens = {"[SEP]", "<x>"};
  CheckRefused(spec, kVocabulary, "lacks the added token '<x>'");
  CheckRefused(GoodSpec(), "", "empty");
  CheckRefused(GoodSpec(), std::string(kVocabulary) + "\xc3\n", "line 5 of the vocabulary");
  CheckRefused(GoodSpec(), "[UNK]\n[SEP]\n", "'[CLS]'");
}

}  // namespace
}  // namespace quartet
