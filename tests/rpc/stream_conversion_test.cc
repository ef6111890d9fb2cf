#include "rpc/stream_conversion.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/error_detail.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace quartet {
namespace {

TEST_CASE("a text of a stream is a call of one text with the stream's options", "[rpc]") {
  v1::EmbedOptions options;
  CHECK_FALSE(MakeEmbedRequest("a", options).has_normalize());
  CHECK_FALSE(MakeEmbedRequest("a", options).has_dimensions());
  CHECK_FALSE(MakeEmbedRequest("a", options).has_prompt_name());
  options.set_truncation(v1::TRUNCATION_REJECT);
  options.set_normalize(false);
  options.set_dimensions(0);
  options.set_encoding(v1::ENCODING_FLOAT32_LE);
  options.set_required_fingerprint("f");
  options.set_prompt_name("");
  const v1::EmbedRequest request = MakeEmbedRequest("a", options);
  REQUIRE(request.texts_size() == 1);
  CHECK(request.texts(0) == "a");
  CHECK(request.truncation() == v1::TRUNCATION_REJECT);
  CHECK(request.has_normalize());
  CHECK(request.has_dimensions());
  CHECK(request.encoding() == v1::ENCODING_FLOAT32_LE);
  CHECK(request.required_fingerprint() == "f");
  CHECK(request.has_prompt_name());
}

TEST_CASE("its answer has the embedding, the id and the model", "[rpc]") {
  v1::EmbedResponse answer;
  answer.add_embeddings()->add_values(1.5F);
  answer.set_model_fingerprint("f");
  const v1::EmbedStreamResponse response = MakeStreamResponse(7, answer);
  CHECK(response.id() == 7);
  CHECK(response.embedding().values(0) == 1.5F);
  CHECK(response.model_fingerprint() == "f");
  CHECK_FALSE(response.has_error());
}

TEST_CASE("its error names the field of the stream's message", "[rpc]") {
  struct Row {
    std::string field, named;
  };
  for (const Row& row : {Row{"texts[0]", "text"}, Row{"texts", "text"}, Row{"text", "text"},
                         Row{"dimensions", "options.dimensions"}}) {
    const auto response = MakeStreamResponse(7, InvalidField(row.field, "is wrong"));
    CHECK(response.id() == 7);
    CHECK(response.error().code() == static_cast<int>(absl::StatusCode::kInvalidArgument));
    CHECK(response.error().message() == row.named + ": is wrong");
    // As README says, the bytes are those of a google.rpc.Status.
    google::rpc::Status status;
    REQUIRE(status.ParseFromString(response.error().SerializeAsString()));
    google::rpc::BadRequest bad_request;
    REQUIRE(status.details(0).UnpackTo(&bad_request));
    CHECK(bad_request.field_violations(0).field() == row.named);
    CHECK(bad_request.field_violations(0).description() == "is wrong");
  }
  const auto response = MakeStreamResponse(7, absl::DeadlineExceededError("too late"));
  CHECK(response.error().message() == "too late");
  CHECK(response.error().details().empty());
}

}  // namespace
}  // namespace quartet
