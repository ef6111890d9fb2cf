#include "model/model_manifest.h"

#include <catch2/catch.hpp>
#include <string>

namespace quartet {
namespace {

// A complete manifest, with `from` replaced by `to`.
std::string Manifest(const std::string& from = "", const std::string& to = "") {
  std::string json = R"({
    "format_version": 3, "name": "tiny", "revision": "r1", "dimension": 2,
    "max_sequence_length": 8, "pooling": "mean", "normalized": true, "precision": "fp32",
    "prompts": {"query": "query: ", "passage": ""}, "default_prompt_name": "query",
    "vocabulary_size": 30, "source_digest": "d",
    "tokenizer": {"kind": "wordpiece", "file": "vocab.txt", "lower_case": true,
      "strip_accents": true, "split_cjk": true, "unknown_token": "[UNK]", "cls_token": "[CLS]",
      "sep_token": "[SEP]", "max_word_characters": 100, "added_tokens": ["[SEP]", "<x>"]},
    "golden_tolerance": 0.25, "golden": [{"text": "a", "token_ids": [1, 5, 2], "truncated": false, "vector": [0.6, -0.8]}]
  })";
  if (!from.empty()) json.replace(json.find(from), from.size(), to);
  return json;
}

TEST_CASE("a complete manifest is read", "[model]") {
  const auto manifest = ParseManifest(Manifest());
  REQUIRE(manifest.ok());
  CHECK(manifest->info.name == "tiny");
  CHECK(manifest->info.dimension == 2);
  CHECK(manifest->info.normalized);
  CHECK(manifest->info.tokenizer == "wordpiece");
  CHECK(manifest->info.prompts.at("query") == "query: ");
  CHECK(manifest->info.default_prompt_name == "query");
  const auto without = ParseManifest(Manifest("prompt_name\": \"query\"", "prompt_name\": null"));
  CHECK_FALSE(without.value().info.default_prompt_name.has_value());
  CHECK(manifest->tokenizer.max_sequence_length == 8);
  CHECK(manifest->tokenizer.sep_token == "[SEP]");
  CHECK(manifest->tokenizer.added_tokens == std::vector<std::string>{"[SEP]", "<x>"});
  CHECK(manifest->tokenizer_file == "vocab.txt");
  CHECK(manifest->vocabulary_size == 30);
  CHECK(manifest->golden_tolerance == 0.25F);
  REQUIRE(manifest->golden.size() == 1);
  CHECK(manifest->golden[0].token_ids == std::vector<std::int64_t>{1, 5, 2});
  CHECK(manifest->golden[0].vector == std::vector<float>{0.6F, -0.8F});
}

// A sentencepiece tokenizer in the place of the WordPiece one.
std::string SentencepieceManifest(const std::string& members) {
  const std::string json = Manifest();
  const std::size_t begin = json.find("{\"kind\"");
  return json.substr(0, begin) + R"({"kind": "sentencepiece", "file": "sentencepiece.model")" +
         members + json.substr(json.find('}', begin));
}

TEST_CASE("a sentencepiece tokenizer has members of its own", "[model]") {
  const auto manifest = ParseManifest(SentencepieceManifest(R"(, "mask_takes_spaces": true)"));
  REQUIRE(manifest.ok());
  CHECK(manifest->info.tokenizer == "sentencepiece");
  CHECK(manifest->tokenizer_file == "sentencepiece.model");
  CHECK(manifest->tokenizer.max_sequence_length == 8);
  CHECK(manifest->tokenizer.mask_takes_spaces);
  const absl::Status status = ParseManifest(SentencepieceManifest("")).status();
  CHECK_THAT(std::string(status.message()),
             Catch::Contains("tokenizer.mask_takes_spaces: is missing"));
}

TEST_CASE("what is missing or wrong is named", "[model]") {
  struct Row {
    std::string from, to, message;
  };
  const std::vector<Row> table = {
      {"\"pooling\": \"mean\",", "", "pooling"},
      {"\"mean\"", "\"first\"", "pooling: is 'first', this server knows cls, max, mean"},
      {"\"sep_token\"", "\"other\"", "sep_token"},
      {"\"format_version\": 3", "\"format_version\": 2", "format_version is 2"},
      {"\"dimension\": 2", "\"dimension\": \"two\"", "dimension: is not a whole number from 1"},
      {"\"dimension\": 2", "\"dimension\": 0", "dimension"},
      {"\"dimension\": 2", "\"dimension\": -2", "dimension"},
      {"\"dimension\": 2", "\"dimension\": 2.5", "dimension"},
      {"\"dimension\": 2", "\"dimension\": 1e300", "dimension"},
      {"\"vocabulary_size\": 30", "\"vocabulary_size\": 0", "vocabulary_size"},
      {"\"cls_token\": \"[CLS]\"", "\"cls_token\": 7", "tokenizer.cls_token: "},
      {"\"added_tokens\": [", "\"added_tokens\": [7, ", "tokenizer.added_tokens: "},
      {"\"added_tokens\"", "\"other\"", "tokenizer.added_tokens: is missing"},
      {"{\"query\": \"query: \"", "{\"query\": 7", "prompts: "},
      {"prompt_name\": \"query\"", "prompt_name\": \"x\"", "default_prompt_name is 'x', which is"},
      {"prompt_name\": \"query\"", "prompt_name\": 7", "default_prompt_name: "},
      {"\"token_ids\": [1", "\"token_ids\": [1e99", "golden[0].token_ids: "},
      {"\"text\": \"a\",", "", "golden[0].text: is missing"},
      {"\"dimension\": 2", "\"dimension\": 3", "has 2 components instead of 3"},
      {"\"max_sequence_length\": 8", "\"max_sequence_length\": 2", "max_sequence_length"},
      {"\"golden\": [", "\"golden\": [], \"more\": [", "golden is empty"},
      {"0.25", "0", "golden_tolerance is 0"},
      {"0.25", "1.5", "golden_tolerance is 1.5"},
      {"}", "", "parse error"},
  };
  for (const Row& row : table) {
    const absl::Status status = ParseManifest(Manifest(row.from, row.to)).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK_THAT(std::string(status.message()), Catch::Contains(row.message));
  }
}

}  // namespace
}  // namespace quartet
