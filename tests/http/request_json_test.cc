#include "http/request_json.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/error_detail.h"

namespace quartet {
namespace {

constexpr RequestLimits kLimits = {.max_texts = 3, .max_text_bytes = 8};

using Parse = absl::StatusOr<EmbedCall> (*)(const std::string&, const RequestLimits&);
using Texts = std::vector<std::string>;

TEST_CASE("texts are taken from the field of their path", "[http]") {
  struct Row {
    Parse parse;
    std::string body;
    Texts texts;
  };
  const std::vector<Row> table = {
      {&ParseQuery, R"({"question": "hello"})", {"hello"}},
      {&ParseQuery,
       R"({"k": {"question": "no"}, "question": "\u00e9\u0000"})",
       {{"\xc3\xa9\0", 3}}},
      {&ParseQuery, R"({"question": "a", "top_k": 5, "zzz": [[[1]], {"input": 2}]})", {"a"}},
      {&ParseQueryBatch, R"({"questions": ["a", "b"]})", {"a", "b"}},
      {&ParseQueryBatch, R"({"questions": ["a", "b"], "other": []})", {"a", "b"}},
      {&ParseQueryBatch, R"({"other": ["x", "y", "z"], "questions": ["a"]})", {"a"}},
      {&ParseQueryBatch, R"({"questions": ["a"], "input": ["x", "y", "z", "u"]})", {"a"}},
      {&ParseEmbeddings, R"({"model": "any", "input": "a"})", {"a"}},
      {&ParseEmbeddings, R"({"input": ["a", "b", "c"], "user": null})", {"a", "b", "c"}},
  };
  for (const Row& row : table) {
    INFO(row.body);
    const auto call = row.parse(row.body, kLimits);
    REQUIRE(call.ok());
    CHECK(call->texts == row.texts);
  }
}

TEST_CASE("a refusal names the field, the limit and the value", "[http]") {
  struct Row {
    Parse parse;
    std::string body;
    std::string field;
    std::string problem;
  };
  const std::vector<Row> table = {
      {&ParseQuery, "", "body", "is not JSON in UTF-8 at byte 1 of 0"},
      {&ParseQuery, R"({"question": "a)", "body", "of 15"},
      {&ParseQuery, R"(["a"])", "body", "is not a JSON object"},
      {&ParseQuery, R"("a")", "body", "is not a JSON object"},
      {&ParseQuery, "{\"question\": \"\xff\"}", "body", "is not JSON in UTF-8 at byte"},
      {&ParseQuery, R"({"question": "a", "k": 1e999})", "body", "has a number beyond the limit"},
      {&ParseQuery, R"({"question": "\ud800"})", "body", "is not JSON in UTF-8"},
      {&ParseQuery, "{}", "question", "is missing, must be a string"},
      {&ParseQuery, R"({"question": ["a"]})", "question", "is array, must be a string"},
      {&ParseQuery, R"({"question": null})", "question", "is null, must be a string"},
      {&ParseQuery, R"({"question": ""})", "question", "is empty; a text has at least 1 byte"},
      {&ParseQuery, R"({"question": "123456789"})", "question", "has 9 bytes, the limit is 8"},
      {&ParseQueryBatch, R"({"questions": "a"})", "questions", "must be a list of strings"},
      {&ParseQueryBatch, R"({"questions": []})", "questions", "a request has at least 1 text"},
      {&ParseQueryBatch, R"({"questions": ["a", 2]})", "questions[1]",
       "is number, must be a string"},
      {&ParseQueryBatch, R"({"questions": ["a", {"b": 1}]})", "questions[1]", "is object"},
      {&ParseQueryBatch, R"({"questions": ["a", "b", "c", "d", "e"]})", "questions",
       "has 5 texts, the limit is 3"},
      {&ParseQueryBatch, R"({"questions": ["a", "123456789"]})", "questions[1]", "has 9 bytes"},
      {&ParseEmbeddings, R"({"input": 3})", "input", "must be a string or a list of strings"},
      {&ParseEmbeddings, R"({"input": [1, 2, 3, 4, 5]})", "input", "holds tokens"},
      {&ParseEmbeddings, R"({"input": [[1, 2], [3]]})", "input", "holds tokens"},
      {&ParseEmbeddings, R"({"input": "a", "model": 3})", "model", "is number, must be a string"},
      {&ParseEmbeddings, R"({"input": "a", "dimensions": -1})", "dimensions", "is -1, must be"},
      {&ParseEmbeddings, R"({"input": "a", "dimensions": 1.5})", "dimensions", "is 1.5, must be"},
      {&ParseEmbeddings, R"({"input": "a", "dimensions": "8"})", "dimensions",
       "is string, must be"},
      {&ParseEmbeddings, R"({"input": "a", "encoding_format": "int8"})", "encoding_format",
       "is 'int8', must be 'float' or 'base64'"},
      {&ParseEmbeddings, R"({"input": "a", "encoding_format": [1]})", "encoding_format",
       "is array"},
  };
  for (const Row& row : table) {
    INFO(row.body);
    const absl::Status status = row.parse(row.body, kLimits).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(FieldOf(status) == row.field);
    CHECK_THAT(std::string(status.message()), Catch::Contains(row.problem));
  }
}

TEST_CASE("OpenAI's options are taken, and null ones are absent", "[http]") {
  auto call =
      ParseEmbeddings(R"({"input": "a", "dimensions": 64, "encoding_format": "base64"})", kLimits);
  REQUIRE(call.ok());
  CHECK(call->dimensions == 64);
  CHECK(call->as_bytes);
  call = ParseEmbeddings(
      R"({"input": "a", "dimensions": null, "encoding_format": null, "model": null})", kLimits);
  REQUIRE(call.ok());
  CHECK_FALSE(call->dimensions.has_value());
  CHECK_FALSE(call->as_bytes);
}

TEST_CASE("a body as deep as it is long is an error, not a crash", "[http]") {
  const std::string deep(1'000'000, '[');
  CHECK_FALSE(ParseQuery(deep, kLimits).ok());
  CHECK_FALSE(ParseQuery(R"({"question": )" + deep, kLimits).ok());
  const std::string closed = std::string(100'000, '[') + std::string(100'000, ']');
  CHECK(ParseQuery(R"({"question": "a", "x": )" + closed + "}", kLimits).ok());
  CHECK_FALSE(ParseQueryBatch(R"({"questions": )" + closed + "}", kLimits).ok());
}

TEST_CASE("only JSON is read, and nothing that is compressed", "[http]") {
  struct Row {
    std::string type;
    std::string encoding;
    std::string field;  // empty: it is good
  };
  const std::vector<Row> table = {{"application/json", "", ""},
                                  {"Application/JSON ; charset=utf-8", "identity", ""},
                                  {"", "", "content-type"},
                                  {"text/plain", "", "content-type"},
                                  {"application/x-www-form-urlencoded", "", "content-type"},
                                  {"application/json", "gzip", "content-encoding"}};
  for (const Row& row : table) {
    INFO(row.type << "; " << row.encoding);
    const absl::Status status =
        CheckContent({.content_type = row.type, .content_encoding = row.encoding});
    CHECK(FieldOf(status).value_or("") == row.field);
    CHECK(status.ok() == row.field.empty());
  }
}

}  // namespace
}  // namespace quartet
