#include "rpc/embed_conversion.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstring>
#include <vector>

#include "core/error_detail.h"

namespace quartet {
namespace {

using Values = std::vector<float>;

const ModelInfo kPlain = {.fingerprint = "f1", .dimension = 4, .normalized = false};
const ModelInfo kNormalized = {.fingerprint = "f2", .dimension = 4, .normalized = true};

Values Convert(const v1::EmbedRequest& request, const ModelInfo& model, const Values& values) {
  const auto options = VectorOptionsOf(request, model);
  REQUIRE(options.ok());
  const v1::EmbedResponse response =
      MakeEmbedResponse({.embeddings = {{values, 3, false}}, .timing = {}}, *options, model);
  REQUIRE(response.embeddings_size() == 1);
  return {response.embeddings(0).values().begin(), response.embeddings(0).values().end()};
}

TEST_CASE("vectors are returned as the model gives them", "[rpc]") {
  CHECK(Convert({}, kPlain, {3, 0, 4, 0}) == Values{3, 0, 4, 0});
}

TEST_CASE("normalize gives length 1, and leaves a zero vector alone", "[rpc]") {
  v1::EmbedRequest request;
  request.set_normalize(true);
  CHECK(Convert(request, kPlain, {3, 0, 4, 0}) == Values{0.6F, 0, 0.8F, 0});
  CHECK(Convert(request, kPlain, {0, 0, 0, 0}) == Values{0, 0, 0, 0});
}

TEST_CASE("dimensions cut first and normalize afterwards", "[rpc]") {
  v1::EmbedRequest request;
  request.set_dimensions(2);
  CHECK(Convert(request, kPlain, {3, 4, 12, 0}) == Values{3, 4});
  request.set_normalize(true);
  CHECK(Convert(request, kPlain, {3, 4, 12, 0}) == Values{0.6F, 0.8F});
}

TEST_CASE("without a wish a cut vector of a normalizing model has length 1 again", "[rpc]") {
  v1::EmbedRequest request;
  request.set_dimensions(2);
  CHECK(Convert(request, kNormalized, {0.3F, 0.4F, 0.5F, 0.7F}) == Values{0.6F, 0.8F});
  request.set_normalize(false);
  CHECK(Convert(request, kNormalized, {0.3F, 0.4F, 0.5F, 0.7F}) == Values{0.3F, 0.4F});
}

TEST_CASE("the prompt is the named one, else the default one, else none", "[rpc]") {
  const ModelInfo plain = {.prompts = {{"document", ""}, {"query", "query: "}}};
  ModelInfo with_default = plain;
  with_default.default_prompt_name = "query";
  v1::EmbedRequest request;
  CHECK(PromptOf(request, plain).value().empty());
  CHECK(PromptOf(request, with_default).value() == "query: ");
  request.set_prompt_name("query");
  CHECK(PromptOf(request, plain).value() == "query: ");
  request.set_prompt_name("document");
  CHECK(PromptOf(request, with_default).value().empty());
  request.set_prompt_name("");
  CHECK(PromptOf(request, with_default).value().empty());
}

TEST_CASE("an unknown prompt is refused with the known ones", "[rpc]") {
  v1::EmbedRequest request;
  request.set_prompt_name("passage");
  const absl::Status status =
      PromptOf(request, {.prompts = {{"document", ""}, {"query", "query: "}}}).status();
  CHECK(FieldOf(status) == "prompt_name");
  CHECK(status.message() ==
        "prompt_name: is 'passage'; the model's prompts are 'document', 'query'");
  CHECK(PromptOf(request, kPlain).status().message() ==
        "prompt_name: is 'passage'; the model has no prompts");
  request.set_prompt_name(std::string(100'000, 'x'));
  CHECK(PromptOf(request, kPlain).status().message() ==
        "prompt_name: has 100000 bytes; the model has no prompts");
}

TEST_CASE("bytes are the same floats, little-endian", "[rpc]") {
  v1::EmbedRequest request;
  request.set_encoding(v1::ENCODING_FLOAT32_LE);
  const auto options = VectorOptionsOf(request, kPlain);
  const v1::EmbedResponse response =
      MakeEmbedResponse({.embeddings = {{{1, -2, 3, 4}, 3, true}}, .timing = {}}, *options, kPlain);
  CHECK(response.embeddings(0).values_size() == 0);
  CHECK(response.embeddings(0).truncated());
  Values values(4);
  REQUIRE(response.embeddings(0).float32_le().size() == 16);
  std::memcpy(values.data(), response.embeddings(0).float32_le().data(), 16);
  CHECK(values == Values{1, -2, 3, 4});
}

TEST_CASE("halves and bytes with a scale are of the vector that is cut and normalised", "[rpc]") {
  v1::EmbedRequest request;
  request.set_dimensions(2);
  request.set_normalize(true);
  const EmbedResult result = {.embeddings = {{{3, 4, 12, 0}, 3, true}}, .timing = {}};
  request.set_encoding(v1::ENCODING_FLOAT16_LE);
  const v1::EmbedResponse halves =
      MakeEmbedResponse(result, *VectorOptionsOf(request, kPlain), kPlain);
  CHECK(halves.embeddings(0).values_size() == 0);
  CHECK(halves.embeddings(0).float16_le() == "\xCD\x38\x66\x3A");  // 0.6 and 0.8
  request.set_encoding(v1::ENCODING_INT8);
  const v1::EmbedResponse bytes =
      MakeEmbedResponse(result, *VectorOptionsOf(request, kPlain), kPlain);
  CHECK(bytes.embeddings(0).values_size() == 0);
  CHECK(bytes.embeddings(0).int8() == "\x5F\x7F");  // 95 and 127
  CHECK(bytes.embeddings(0).scale() == Approx(0.8 / 127));
}

TEST_CASE("dimensions outside of the model's are refused with the limits", "[rpc]") {
  for (const std::uint32_t dimensions : {0U, 5U, 100'000U}) {
    v1::EmbedRequest request;
    request.set_dimensions(dimensions);
    const absl::Status status = VectorOptionsOf(request, kPlain).status();
    CHECK(FieldOf(status) == "dimensions");
    CHECK(status.message() ==
          "dimensions: is " + std::to_string(dimensions) + ", the limits are 1 and 4");
  }
}

TEST_CASE("unknown values of enums are refused", "[rpc]") {
  v1::EmbedRequest request;
  request.set_truncation(static_cast<v1::Truncation>(9));
  request.set_encoding(static_cast<v1::Encoding>(9));
  CHECK(FieldOf(TruncationOf(request.truncation()).status()) == "truncation");
  const absl::Status status = VectorOptionsOf(request, kPlain).status();
  CHECK(FieldOf(status) == "encoding");
  CHECK(status.message() == "encoding: is 9, which is not one of the values 0..4");
}

TEST_CASE("an unspecified truncation keeps the beginning", "[rpc]") {
  CHECK(*TruncationOf({}) == Truncation::kEnd);
}

TEST_CASE("another fingerprint than the model's is a failed precondition", "[rpc]") {
  v1::EmbedRequest request;
  CHECK(CheckFingerprint(request, kPlain).ok());
  request.set_required_fingerprint("f1");
  CHECK(CheckFingerprint(request, kPlain).ok());
  CHECK(CheckFingerprint(request, kNormalized).code() == absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("timing and fingerprint are told", "[rpc]") {
  const EmbedResult result = {.embeddings = {},
                              .timing = {.queue = std::chrono::milliseconds(1500),
                                         .tokenize = std::chrono::microseconds(7),
                                         .inference = std::chrono::nanoseconds(9)}};
  const v1::EmbedResponse response = MakeEmbedResponse(result, {.dimensions = 4}, kPlain);
  CHECK(response.model_fingerprint() == "f1");
  CHECK(response.timing().queue().seconds() == 1);
  CHECK(response.timing().queue().nanos() == 500'000'000);
  CHECK(response.timing().tokenize().nanos() == 7000);
  CHECK(response.timing().inference().nanos() == 9);
}

}  // namespace
}  // namespace quartet
