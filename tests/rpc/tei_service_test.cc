// The methods of tei.v1 on a real gRPC server, in front of a handler that the test holds.
#include "rpc/tei_service.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "core/error_detail.h"
#include "rpc/server_fixture.h"

namespace quartet {
namespace {

using grpc::StatusCode;

tei::v1::EmbedRequest Inputs(const std::string& text) {
  tei::v1::EmbedRequest request;
  request.set_inputs(text);
  return request;
}

class TeiFixture : public ServerFixture {
 protected:
  TeiFixture() : embed_(tei::v1::Embed::NewStub(channel_)) {}

  struct Streamed {
    std::vector<std::uint32_t> characters;  // of each answer
    grpc::Status status;
  };

  Streamed Stream(const std::vector<std::string>& texts) {
    grpc::ClientContext context;
    const auto stream = embed_->EmbedStream(&context);
    for (const std::string& text : texts) {
      if (!stream->Write(Inputs(text))) break;
    }
    stream->WritesDone();
    Streamed streamed;
    tei::v1::EmbedResponse answer;
    while (stream->Read(&answer)) streamed.characters.push_back(answer.metadata().compute_chars());
    streamed.status = stream->Finish();
    return streamed;
  }

  std::unique_ptr<tei::v1::Embed::Stub> embed_;
};

TEST_CASE_METHOD(TeiFixture, "a call of tei.v1 has the vector of ours, normalized", "[rpc]") {
  grpc::ClientContext context;
  tei::v1::EmbedResponse response;
  REQUIRE(embed_->Embed(&context, Inputs("abc"), &response).ok());
  REQUIRE(response.embeddings_size() == 2);
  CHECK(response.embeddings(0) == Approx(3 / std::sqrt(10)));  // of [bytes, 1]
  CHECK(response.metadata().compute_chars() == 3);
  CHECK(observer_.WaitForCodes(1)[0] == absl::StatusCode::kOk);
}

TEST_CASE_METHOD(TeiFixture, "a refusal names inputs", "[rpc]") {
  handler_ = [](Request request) {
    request.reply.Finish(InvalidField(TextField(0), "has 9 tokens, the limit is 4"));
  };
  for (const auto& [text, message] :
       {std::pair{"long", "inputs: has 9 tokens, the limit is 4"},
        std::pair{"", "inputs: is empty; a text has at least 1 byte"}}) {
    grpc::ClientContext context;
    tei::v1::EmbedResponse response;
    const grpc::Status status = embed_->Embed(&context, Inputs(text), &response);
    CHECK(status.error_code() == StatusCode::INVALID_ARGUMENT);
    CHECK(status.error_message() == message);
  }
}

TEST_CASE_METHOD(TeiFixture, "a stream of tei.v1 keeps the order of the texts", "[rpc]") {
  const Streamed streamed = Stream({"a", "four", "xx"});
  CHECK(streamed.characters == std::vector<std::uint32_t>{1, 4, 2});
  CHECK(streamed.status.ok());
}

TEST_CASE_METHOD(TeiFixture, "its first refusal ends it, after the answers before", "[rpc]") {
  handler_ = [](Request request) {
    if (request.texts[0] == "broken") return request.reply.Finish(absl::InternalError("broken"));
    EmbedResult result = ResultOf(request);
    request.reply.Finish(std::move(result));
  };
  struct Row {
    const char* text;
    StatusCode code;
    const char* message;
  };
  for (const Row& row :
       {Row{"broken", StatusCode::INTERNAL, "broken"},
        Row{"", StatusCode::INVALID_ARGUMENT, "inputs: is empty; a text has at least 1 byte"}}) {
    const Streamed streamed = Stream({"a", "four", row.text, "never"});
    CHECK(streamed.characters == std::vector<std::uint32_t>{1, 4});
    CHECK(streamed.status.error_code() == row.code);
    CHECK(streamed.status.error_message() == row.message);
  }
}

TEST_CASE_METHOD(TeiFixture, "texts behind a refusal are told that nobody waits", "[rpc]") {
  KeepRequests();
  grpc::ClientContext context;
  const auto stream = embed_->EmbedStream(&context);
  stream->Write(Inputs("first"));
  Request first = TakeKept();
  stream->Write(Inputs("second"));
  Request second = TakeKept();
  CHECK_FALSE(second.reply.IsCancelled());
  first.reply.Finish(absl::InternalError("broken"));
  CHECK(second.reply.IsCancelled());
  tei::v1::EmbedResponse answer;
  CHECK_FALSE(stream->Read(&answer));
  CHECK(stream->Finish().error_code() == StatusCode::INTERNAL);
}

}  // namespace
}  // namespace quartet
