#include "rpc/stream_conversion.h"

#include <utility>

#include "core/error_detail.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "rpc/status_mapping.h"

namespace quartet {
namespace {

// The same error about the field that has the value in a stream.
absl::Status OfStream(const absl::Status& status) {
  const std::optional<std::string> field = FieldOf(status);
  if (!field || *field == "text") return status;
  const bool is_text = field->rfind("texts", 0) == 0;
  const std::string problem(status.message().substr(field->size() + 2));  // after ": "
  return InvalidField(is_text ? "text" : "options." + *field, problem);
}

void FillError(const absl::Status& status, v1::ItemError& error) {
  google::rpc::Status proto = ToRpcStatus(OfStream(status));
  error.set_code(proto.code());
  error.set_message(std::move(*proto.mutable_message()));
  *error.mutable_details() = std::move(*proto.mutable_details());
}

}  // namespace

v1::EmbedRequest MakeEmbedRequest(const std::string& text, const v1::EmbedOptions& options) {
  v1::EmbedRequest request;
  request.add_texts(text);
  request.set_truncation(options.truncation());
  if (options.has_normalize()) request.set_normalize(options.normalize());
  if (options.has_dimensions()) request.set_dimensions(options.dimensions());
  request.set_encoding(options.encoding());
  request.set_required_fingerprint(options.required_fingerprint());
  if (options.has_prompt_name()) request.set_prompt_name(options.prompt_name());
  return request;
}

v1::EmbedStreamResponse MakeStreamResponse(std::uint64_t id,
                                           absl::StatusOr<v1::EmbedResponse> answer) {
  v1::EmbedStreamResponse response;
  response.set_id(id);
  if (answer.ok()) {
    response.mutable_embedding()->Swap(answer->mutable_embeddings(0));
    response.set_model_fingerprint(std::move(*answer->mutable_model_fingerprint()));
  } else {
    FillError(answer.status(), *response.mutable_error());
  }
  return response;
}

absl::Status StatusOf(const v1::ItemError& error) {
  google::rpc::BadRequest bad_request;
  for (const google::protobuf::Any& detail : error.details()) {
    if (!detail.UnpackTo(&bad_request)) continue;
    const auto& violation = bad_request.field_violations(0);
    return InvalidField(violation.field(), violation.description());
  }
  return absl::Status(static_cast<absl::StatusCode>(error.code()), error.message());
}

}  // namespace quartet
