#include "http/answer_json.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "core/error_detail.h"

namespace quartet {
namespace {

using Json = nlohmann::json;

const ModelInfo kModel = {.name = "mo\"del", .dimension = 2};
constexpr VectorOptions kWhole = {.dimensions = 2};

EmbedResult ResultOf(std::vector<std::vector<float>> vectors) {
  EmbedResult result;
  for (auto& vector : vectors) result.embeddings.push_back({std::move(vector), 5, false});
  return result;
}

TEST_CASE("each path has its form", "[http]") {
  const EmbedResult two = ResultOf({{1, -0.5}, {0.25, 2}});
  CHECK(QueryAnswer(ResultOf({{1, -0.5}}), kWhole, kModel).body == R"({"embedding":[1,-0.5]})");
  CHECK(QueryBatchAnswer(two, kWhole, kModel).body == R"({"embeddings":[[1,-0.5],[0.25,2]]})");
  CHECK(EmbeddingsAnswer(two, kWhole, kModel).body ==
        R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,-0.5]},)"
        R"({"object":"embedding","index":1,"embedding":[0.25,2]}],"model":"mo\"del",)"
        R"("usage":{"prompt_tokens":10,"total_tokens":10}})");
  CHECK(ModelsAnswer(kModel).body ==
        R"({"object":"list","data":[{"id":"mo\"del","object":"model","created":0,)"
        R"("owned_by":"quartet"}]})");
  CHECK(HealthAnswer(true, kModel).status == 200);
  CHECK(HealthAnswer(false, kModel).status == 503);
  CHECK(HealthAnswer(false, kModel).body == R"({"status":"not serving","model":"mo\"del"})");
}

TEST_CASE("vectors are cut, then normalized, then written", "[http]") {
  const EmbedResult result = ResultOf({{3, 4, 100}});
  CHECK(QueryAnswer(result, {.dimensions = 2}, kModel).body == R"({"embedding":[3,4]})");
  CHECK(QueryAnswer(result, {.dimensions = 2, .normalize = true}, kModel).body ==
        R"({"embedding":[0.6,0.8]})");
}

TEST_CASE("base64 is the little-endian bytes of the numbers", "[http]") {
  const Json json = Json::parse(
      EmbeddingsAnswer(ResultOf({{1, -2}}),
                       {.dimensions = 2, .encoding = VectorEncoding::kFloat32Le}, kModel)
          .body);
  std::string bytes;
  REQUIRE(absl::Base64Unescape(json["data"][0]["embedding"].get<std::string>(), &bytes));
  CHECK(bytes == std::string("\x00\x00\x80\x3f\x00\x00\x00\xc0", 8));
}

TEST_CASE("numbers come back as the same float32", "[http]") {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> near(-1, 1);
  std::vector<float> values = {0, -0.0F, 1e-38F, 1.17549435e-38F, -3.4028235e38F, 1e-45F};
  for (int i = 0; i < 10'000; ++i) values.push_back(near(random));
  const VectorOptions all = {.dimensions = values.size()};
  const Json json = Json::parse(QueryAnswer(ResultOf({values}), all, kModel).body);
  CHECK(json["embedding"].get<std::vector<float>>() == values);
}

TEST_CASE("texts that were cut are told", "[http]") {
  EmbedResult result = ResultOf({{1, 2}, {3, 4}, {5, 6}});
  CHECK(QueryBatchAnswer(result, kWhole, kModel).headers.empty());
  result.embeddings[0].truncated = result.embeddings[2].truncated = true;
  using Headers = std::vector<std::pair<std::string, std::string>>;
  CHECK(QueryBatchAnswer(result, kWhole, kModel).headers == Headers{{"x-quartet-truncated", "2"}});
}

TEST_CASE("a status becomes HTTP's and OpenAI's", "[http]") {
  struct Row {
    absl::Status status;
    int http;
    std::string type;
  };
  const std::vector<Row> table = {{InvalidField("input", "is bad"), 400, "invalid_request_error"},
                                  {absl::UnauthenticatedError("who?"), 401, "authentication_error"},
                                  {absl::PermissionDeniedError("no"), 403, "permission_error"},
                                  {absl::ResourceExhaustedError("full"), 429, "rate_limit_error"},
                                  {absl::CancelledError("gone"), 499, "server_error"},
                                  {absl::InternalError("bug"), 500, "server_error"},
                                  {absl::UnavailableError("stopping"), 503, "server_error"},
                                  {absl::DeadlineExceededError("late"), 504, "server_error"}};
  for (const Row& row : table) {
    INFO(row.status);
    const HttpAnswer answer = ErrorAnswer(row.status);
    CHECK(answer.status == row.http);
    const Json error = Json::parse(answer.body)["error"];
    CHECK(error["type"] == row.type);
    CHECK(error["message"] == std::string(row.status.message()));
    CHECK(error["param"] == (row.http == 400 ? Json("input") : Json()));
    CHECK(error.contains("code"));
  }
}

TEST_CASE("advice when to come back is in whole seconds, and in milliseconds", "[http]") {
  const HttpAnswer answer = ErrorAnswer(
      WithRetryAfter(absl::ResourceExhaustedError("full"), std::chrono::milliseconds(1200)));
  using Headers = std::vector<std::pair<std::string, std::string>>;
  CHECK(answer.headers == Headers{{"Retry-After", "2"}, {"retry-after-ms", "1200"}});
}

TEST_CASE("a message that is no UTF-8 does not break the answer", "[http]") {
  const HttpAnswer answer = ErrorAnswer(404, "GET /\xff is not served");
  CHECK(answer.status == 404);
  CHECK(Json::accept(answer.body));
}

}  // namespace
}  // namespace quartet
