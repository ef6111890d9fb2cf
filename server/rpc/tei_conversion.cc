#include "rpc/tei_conversion.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "calls/utf8.h"
#include "core/error_detail.h"
#include "rpc/proto_duration.h"

namespace quartet {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

// `bytes` may begin or end inside of a character: a token may be one byte of it.
std::string ReadableText(std::string_view bytes) {
  std::string text;
  while (const auto invalid = FirstInvalidUtf8(bytes)) {
    text.append(bytes.substr(0, *invalid)).append(kReplacement);
    bytes.remove_prefix(*invalid + 1);
  }
  return text.append(bytes);
}

std::uint64_t Nanoseconds(Duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
}

}  // namespace

absl::StatusOr<v1::EmbedOptions> EmbedOptionsOf(const tei::v1::EmbedRequest& request) {
  v1::EmbedOptions options;
  if (!tei::v1::TruncationDirection_IsValid(request.truncation_direction())) {
    return InvalidField("truncation_direction",
                        absl::StrCat("is ", static_cast<int>(request.truncation_direction()),
                                     ", which is not one of the values 0 and 1"));
  }
  if (!request.truncate()) {
    options.set_truncation(v1::TRUNCATION_REJECT);
  } else if (request.truncation_direction() == tei::v1::TRUNCATION_DIRECTION_LEFT) {
    options.set_truncation(v1::TRUNCATION_START);
  }
  options.set_normalize(!request.has_normalize() || request.normalize());
  if (request.has_prompt_name()) options.set_prompt_name(request.prompt_name());
  if (request.has_dimensions()) options.set_dimensions(request.dimensions());
  return options;
}

absl::StatusOr<v1::TokenizeRequest> MakeTokenizeRequest(const tei::v1::EncodeRequest& request) {
  if (!request.prompt_name().empty()) {
    return InvalidField("prompt_name", "is not served by Tokenize, whose tokens are of inputs");
  }
  v1::TokenizeRequest ours;
  ours.set_text(request.inputs());
  return ours;
}

std::uint32_t CharactersOf(std::string_view text) {
  // A character is one byte that continues none, and those that continue it.
  return static_cast<std::uint32_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

tei::v1::EmbedResponse MakeTeiEmbedResponse(v1::Embedding embedding, std::uint32_t characters) {
  tei::v1::EmbedResponse response;
  response.mutable_embeddings()->Swap(embedding.mutable_values());
  response.mutable_metadata()->set_compute_chars(characters);
  response.mutable_metadata()->set_compute_tokens(embedding.token_count());
  return response;
}

tei::v1::EmbedResponse MakeTeiEmbedResponse(v1::EmbedResponse response, std::uint32_t characters,
                                            Duration total) {
  tei::v1::EmbedResponse theirs =
      MakeTeiEmbedResponse(std::move(*response.mutable_embeddings(0)), characters);
  tei::v1::Metadata& metadata = *theirs.mutable_metadata();
  metadata.set_total_time_ns(Nanoseconds(total));
  metadata.set_tokenization_time_ns(Nanoseconds(FromProtoDuration(response.timing().tokenize())));
  metadata.set_queue_time_ns(Nanoseconds(FromProtoDuration(response.timing().queue())));
  metadata.set_inference_time_ns(Nanoseconds(FromProtoDuration(response.timing().inference())));
  return theirs;
}

tei::v1::EncodeResponse MakeEncodeResponse(const v1::TokenizeResponse& response,
                                           const tei::v1::EncodeRequest& request) {
  tei::v1::EncodeResponse theirs;
  for (const v1::Token& token : response.tokens()) {
    if (token.special() && !request.add_special_tokens()) continue;
    tei::v1::SimpleToken& simple = *theirs.add_tokens();
    simple.set_id(token.id());
    simple.set_special(token.special());
    if (token.special()) {
      simple.set_text(token.piece());
      continue;
    }
    simple.set_text(ReadableText(
        std::string_view(request.inputs()).substr(token.begin(), token.end() - token.begin())));
    simple.set_start(token.begin());
    simple.set_stop(token.end());
  }
  return theirs;
}

tei::v1::InfoResponse MakeInfoResponse(const v1::GetModelInfoResponse& info,
                                       const TeiCapacity& capacity) {
  const std::size_t longest = std::max<std::size_t>(info.max_sequence_length(), 1);
  tei::v1::InfoResponse response;
  response.set_version(info.server_version());
  response.set_model_id(info.name());
  if (!info.revision().empty()) response.set_model_sha(info.revision());
  response.set_model_dtype(info.precision());
  response.set_max_concurrent_requests(static_cast<std::uint32_t>(capacity.queue_tokens / longest));
  response.set_max_input_length(info.max_sequence_length());
  response.set_max_batch_tokens(static_cast<std::uint32_t>(capacity.batch_items * longest));
  response.set_max_batch_requests(static_cast<std::uint32_t>(capacity.batch_items));
  response.set_max_client_batch_size(info.max_texts_per_request());
  response.set_tokenization_workers(1);  // the pipeline's tokenizing thread
  return response;
}

absl::Status ToTeiStatus(const absl::Status& status) {
  const std::optional<std::string> field = FieldOf(status);
  if (!field) return status;
  const std::string problem(status.message().substr(field->size() + 2));  // after ": "
  if (absl::StartsWith(*field, "text")) return InvalidField("inputs", problem);
  return InvalidField(std::string(absl::StripPrefix(*field, "options.")), problem);
}

}  // namespace quartet
