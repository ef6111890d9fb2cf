#include "rpc/tei_conversion.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "core/error_detail.h"

namespace quartet {
namespace {

tei::v1::EmbedRequest RequestOf(
    bool truncate, tei::v1::TruncationDirection direction = tei::v1::TRUNCATION_DIRECTION_RIGHT) {
  tei::v1::EmbedRequest request;
  request.set_truncate(truncate);
  request.set_truncation_direction(direction);
  return request;
}

TEST_CASE("a long text is refused unless its client lets it be cut", "[rpc]") {
  const auto left = tei::v1::TRUNCATION_DIRECTION_LEFT;
  CHECK(EmbedOptionsOf(RequestOf(false))->truncation() == v1::TRUNCATION_REJECT);
  CHECK(EmbedOptionsOf(RequestOf(false, left))->truncation() == v1::TRUNCATION_REJECT);
  CHECK(EmbedOptionsOf(RequestOf(true))->truncation() == v1::TRUNCATION_UNSPECIFIED);
  CHECK(EmbedOptionsOf(RequestOf(true, left))->truncation() == v1::TRUNCATION_START);
  const auto neither = static_cast<tei::v1::TruncationDirection>(2);
  CHECK(EmbedOptionsOf(RequestOf(true, neither)).status().message() ==
        "truncation_direction: is 2, which is not one of the values 0 and 1");
}

TEST_CASE("vectors are normalized unless their client says no", "[rpc]") {
  tei::v1::EmbedRequest request;
  CHECK(EmbedOptionsOf(request)->normalize());
  request.set_normalize(true);
  CHECK(EmbedOptionsOf(request)->normalize());
  request.set_normalize(false);
  CHECK_FALSE(EmbedOptionsOf(request)->normalize());
}

TEST_CASE("what a client of tei.v1 does not say is the model's to say", "[rpc]") {
  tei::v1::EmbedRequest request;
  CHECK_FALSE(EmbedOptionsOf(request)->has_dimensions());
  CHECK_FALSE(EmbedOptionsOf(request)->has_prompt_name());
  request.set_dimensions(0);
  request.set_prompt_name("");
  CHECK(EmbedOptionsOf(request)->has_dimensions());
  CHECK(EmbedOptionsOf(request)->has_prompt_name());
}

TEST_CASE("characters are Unicode's, not bytes", "[rpc]") {
  CHECK(CharactersOf("abc") == 3);
  CHECK(CharactersOf("a\xc3\xa9\xe4\xbd\xa0\xf0\x9f\x98\x80") == 4);  // a, é, 你, 😀
  CHECK(CharactersOf("") == 0);
}

TEST_CASE("an answer of tei.v1 has the vector, the counts and the times", "[rpc]") {
  v1::EmbedResponse response;
  v1::Embedding& embedding = *response.add_embeddings();
  embedding.add_values(1.5F);
  embedding.add_values(2);
  embedding.set_token_count(7);
  response.mutable_timing()->mutable_queue()->set_nanos(10);
  response.mutable_timing()->mutable_tokenize()->set_nanos(20);
  response.mutable_timing()->mutable_inference()->set_seconds(1);
  const auto theirs = MakeTeiEmbedResponse(response, 5, std::chrono::nanoseconds(99));
  REQUIRE(theirs.embeddings_size() == 2);
  CHECK(theirs.embeddings(0) == 1.5F);
  CHECK(theirs.metadata().compute_chars() == 5);
  CHECK(theirs.metadata().compute_tokens() == 7);
  CHECK(theirs.metadata().total_time_ns() == 99);
  CHECK(theirs.metadata().queue_time_ns() == 10);
  CHECK(theirs.metadata().tokenization_time_ns() == 20);
  CHECK(theirs.metadata().inference_time_ns() == 1'000'000'000);
}

v1::Token TokenOf(std::uint32_t id, const std::string& piece, std::uint32_t begin,
                  std::uint32_t end, bool special = false) {
  v1::Token token;
  token.set_id(id);
  token.set_piece(piece);
  token.set_begin(begin);
  token.set_end(end);
  token.set_special(special);
  return token;
}

TEST_CASE("tokens of tei.v1 show their own bytes, and added ones when asked for", "[rpc]") {
  v1::TokenizeResponse ours;
  *ours.add_tokens() = TokenOf(1, "[CLS]", 0, 0, true);
  *ours.add_tokens() = TokenOf(5, "##b", 1, 2);
  *ours.add_tokens() = TokenOf(6, "<0xC3>", 2, 3);  // half an é
  tei::v1::EncodeRequest request;
  request.set_inputs("ab\xc3\xa9");
  auto theirs = MakeEncodeResponse(ours, request);
  REQUIRE(theirs.tokens_size() == 2);
  CHECK(theirs.tokens(0).id() == 5);
  CHECK(theirs.tokens(0).text() == "b");
  CHECK(theirs.tokens(0).start() == 1);
  CHECK(theirs.tokens(0).stop() == 2);
  CHECK(theirs.tokens(1).text() == "\xef\xbf\xbd");
  request.set_add_special_tokens(true);
  theirs = MakeEncodeResponse(ours, request);
  REQUIRE(theirs.tokens_size() == 3);
  CHECK(theirs.tokens(0).text() == "[CLS]");
  CHECK(theirs.tokens(0).special());
  CHECK_FALSE(theirs.tokens(0).has_start());
}

TEST_CASE("tokens are not shown with a prompt", "[rpc]") {
  tei::v1::EncodeRequest request;
  request.set_inputs("a");
  CHECK(MakeTokenizeRequest(request)->text() == "a");
  request.set_prompt_name("query");
  CHECK(FieldOf(MakeTokenizeRequest(request).status()) == "prompt_name");
}

TEST_CASE("info says the model and the limits", "[rpc]") {
  v1::GetModelInfoResponse info;
  info.set_name("model");
  info.set_precision("int8");
  info.set_max_sequence_length(128);
  info.set_max_texts_per_request(256);
  info.set_server_version("1.2.3");
  const TeiCapacity capacity = {.queue_tokens = 65536, .batch_items = 4};
  auto theirs = MakeInfoResponse(info, capacity);
  CHECK(theirs.model_id() == "model");
  CHECK_FALSE(theirs.has_model_sha());
  CHECK(theirs.model_dtype() == "int8");
  CHECK(theirs.version() == "1.2.3");
  CHECK(theirs.max_input_length() == 128);
  CHECK(theirs.max_concurrent_requests() == 512);
  CHECK(theirs.max_batch_tokens() == 512);
  CHECK(theirs.max_batch_requests() == 4);
  CHECK(theirs.max_client_batch_size() == 256);
  CHECK(theirs.tokenization_workers() == 1);
  info.set_revision("abc");
  CHECK(MakeInfoResponse(info, capacity).model_sha() == "abc");
}

TEST_CASE("errors name the fields of tei.v1", "[rpc]") {
  struct Row {
    const char* ours;
    const char* theirs;
  };
  for (const Row& row :
       {Row{"texts[0]", "inputs"}, Row{"text", "inputs"}, Row{"options.dimensions", "dimensions"},
        Row{"dimensions", "dimensions"}, Row{"options.inputs", "inputs"}}) {
    const absl::Status status = ToTeiStatus(InvalidField(row.ours, "is wrong"));
    CHECK(status == InvalidField(row.theirs, "is wrong"));
  }
  CHECK(ToTeiStatus(absl::InternalError("text")) == absl::InternalError("text"));
  const absl::Status retried =
      WithRetryAfter(absl::ResourceExhaustedError("full"), std::chrono::seconds(1));
  CHECK(RetryAfterOf(ToTeiStatus(retried)) == std::chrono::seconds(1));
}

}  // namespace
}  // namespace quartet
