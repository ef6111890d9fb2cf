// From the body of a request with texts to what the pipeline takes. Pure functions.
#ifndef QUARTET_HTTP_REQUEST_JSON_H_
#define QUARTET_HTTP_REQUEST_JSON_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "calls/text_limits.h"
#include "http/http_message.h"

namespace quartet {

// What a body asks for.
struct EmbedCall {
  std::vector<std::string> texts;  // at least one, within the limits
  std::optional<std::size_t> dimensions = std::nullopt;
  std::optional<bool> normalize = std::nullopt;  // absent: as the model has it
  bool as_bytes = false;                         // base64 of float32, little-endian
};

// INVALID_ARGUMENT: the body is not JSON by its headers.
absl::Status CheckContent(const HttpRequest& request);

// Each gives INVALID_ARGUMENT, naming the field, the limit and the value: no JSON object, a text
// that is missing, of another type, too long, too many of them. Fields that they don't know are
// not looked at, however deep they are; the memory they take is bounded by the body's size.
//
// {"question": "text"}
absl::StatusOr<EmbedCall> ParseQuery(const std::string& body, const RequestLimits& limits);

// {"questions": ["text", ...]}
absl::StatusOr<EmbedCall> ParseQueryBatch(const std::string& body, const RequestLimits& limits);

// OpenAI's: {"input": "text" or ["text", ...], "dimensions": 1.., "encoding_format": "float" or
// "base64"}. Vectors have length 1, as OpenAI's: its clients take the inner product for the cosine.
// `model` may be any string: the answer says which one it is of. Lists of tokens are
// refused, as they are another model's.
absl::StatusOr<EmbedCall> ParseEmbeddings(const std::string& body, const RequestLimits& limits);

}  // namespace quartet

#endif  // QUARTET_HTTP_REQUEST_JSON_H_
