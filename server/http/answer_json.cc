#include "http/answer_json.h"

#include <bit>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/error_detail.h"

namespace quartet {
namespace {

static_assert(std::endian::native == std::endian::little, "float32 is encoded as it is");

using Json = nlohmann::json;

// "-1.17549435e-38" and a comma.
constexpr std::size_t kMostDigits = 16;

// HTTP's own, for a client that has gone: nginx' number.
constexpr int kClientClosedRequest = 499;

std::string Quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<float> VectorOf(const TextEmbedding& text, const VectorOptions& options) {
  const auto kept = std::span<const float>(text.values).first(options.dimensions);
  std::vector<float> vector(kept.begin(), kept.end());
  if (options.normalize) {
    const float factor = NormalizingFactor(kept);
    for (float& value : vector) value *= factor;
  }
  return vector;
}

void AppendNumbers(std::span<const float> vector, std::string& json) {
  json += '[';
  for (const float value : vector) {
    char digits[kMostDigits];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    json.append(digits, static_cast<std::size_t>(end - digits));
    json += ',';
  }
  json.back() = ']';  // vectors have a number
}

void AppendVector(const TextEmbedding& text, const VectorOptions& options, std::string& json) {
  const std::vector<float> vector = VectorOf(text, options);
  if (options.encoding == VectorEncoding::kFloats) return AppendNumbers(vector, json);
  const std::string bytes(reinterpret_cast<const char*>(vector.data()),
                          vector.size() * sizeof(float));
  absl::StrAppend(&json, "\"", absl::Base64Escape(bytes), "\"");
}

std::string RoomFor(const EmbedResult& result, const VectorOptions& options) {
  std::string json;
  json.reserve((options.dimensions + 8) * result.embeddings.size() * kMostDigits);
  return json;
}

HttpAnswer Good(std::string body, const EmbedResult& result) {
  HttpAnswer answer = {.body = std::move(body)};
  std::size_t truncated = 0;
  for (const TextEmbedding& text : result.embeddings) truncated += text.truncated ? 1 : 0;
  if (truncated > 0) answer.headers = {{"x-quartet-truncated", std::to_string(truncated)}};
  return answer;
}

struct HttpError {
  int status;
  const char* type;
  const char* code;  // JSON
};

HttpError HttpErrorOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
      return {400, "invalid_request_error", "null"};
    case absl::StatusCode::kUnauthenticated:
      return {401, "authentication_error", "\"invalid_api_key\""};
    case absl::StatusCode::kPermissionDenied:
      return {403, "permission_error", "null"};
    case absl::StatusCode::kResourceExhausted:
      return {429, "rate_limit_error", "\"rate_limit_exceeded\""};
    case absl::StatusCode::kCancelled:
      return {kClientClosedRequest, "server_error", "\"cancelled\""};
    case absl::StatusCode::kUnavailable:
      return {503, "server_error", "\"unavailable\""};
    case absl::StatusCode::kDeadlineExceeded:
      return {504, "server_error", "\"deadline_exceeded\""};
    default:
      return {500, "server_error", "\"internal\""};
  }
}

std::string ErrorBody(const std::string& message, const HttpError& error,
                      const std::optional<std::string>& field) {
  return absl::StrCat("{\"error\":{\"message\":", Quoted(message), ",\"type\":\"", error.type,
                      "\",\"param\":", field ? Quoted(*field) : "null", ",\"code\":", error.code,
                      "}}");
}

}  // namespace

HttpAnswer QueryAnswer(const EmbedResult& result, const VectorOptions& options,
                       const ModelInfo& /*model*/) {
  std::string json = RoomFor(result, options);
  json += "{\"embedding\":";
  AppendVector(result.embeddings.front(), options, json);
  json += '}';
  return Good(std::move(json), result);
}

HttpAnswer QueryBatchAnswer(const EmbedResult& result, const VectorOptions& options,
                            const ModelInfo& /*model*/) {
  std::string json = RoomFor(result, options);
  json += "{\"embeddings\":[";
  for (const TextEmbedding& text : result.embeddings) {
    AppendVector(text, options, json);
    json += ',';
  }
  json.back() = ']';
  json += '}';
  return Good(std::move(json), result);
}

HttpAnswer EmbeddingsAnswer(const EmbedResult& result, const VectorOptions& options,
                            const ModelInfo& model) {
  std::string json = RoomFor(result, options);
  json += "{\"object\":\"list\",\"data\":[";
  std::size_t index = 0;
  std::size_t tokens = 0;
  for (const TextEmbedding& text : result.embeddings) {
    absl::StrAppend(&json, "{\"object\":\"embedding\",\"index\":", index++, ",\"embedding\":");
    AppendVector(text, options, json);
    json += "},";
    tokens += text.token_count;
  }
  json.back() = ']';
  absl::StrAppend(&json, ",\"model\":", Quoted(model.name),
                  ",\"usage\":{\"prompt_tokens\":", tokens, ",\"total_tokens\":", tokens, "}}");
  return Good(std::move(json), result);
}

HttpAnswer ModelsAnswer(const ModelInfo& model) {
  return {.body = absl::StrCat("{\"object\":\"list\",\"data\":[{\"id\":", Quoted(model.name),
                               ",\"object\":\"model\",\"created\":0,\"owned_by\":\"quartet\"}]}")};
}

HttpAnswer HealthAnswer(bool is_ready, const ModelInfo& model) {
  return {.status = is_ready ? 200 : 503,
          .body = absl::StrCat("{\"status\":\"", is_ready ? "ok" : "not serving",
                               "\",\"model\":", Quoted(model.name), "}")};
}

HttpAnswer ErrorAnswer(const absl::Status& status) {
  const HttpError error = HttpErrorOf(status.code());
  HttpAnswer answer = {.status = error.status,
                       .body = ErrorBody(std::string(status.message()), error, FieldOf(status))};
  if (error.status == 401) answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (const auto delay = RetryAfterOf(status)) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*delay).count();
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(*delay).count();
    answer.headers.emplace_back("Retry-After", std::to_string(seconds));
    answer.headers.emplace_back("retry-after-ms", std::to_string(milliseconds));
  }
  return answer;
}

HttpAnswer ErrorAnswer(int http_status, const std::string& message) {
  const char* type = http_status < 500 ? "invalid_request_error" : "server_error";
  return {.status = http_status,
          .body = ErrorBody(message, {http_status, type, "null"}, std::nullopt)};
}

}  // namespace quartet
