#include "rpc/embed_conversion.h"

#include <bit>
#include <optional>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "calls/vector_bytes.h"
#include "core/error_detail.h"
#include "rpc/proto_duration.h"

namespace quartet {
namespace {

static_assert(std::endian::native == std::endian::little, "float32_le is copied as it is");

constexpr std::size_t kLongestShownName = 64;

void FillBytes(std::span<const float> values, VectorEncoding encoding, v1::Embedding& proto) {
  if (encoding == VectorEncoding::kFloat32Le) {
    proto.set_float32_le(values.data(), values.size_bytes());
  } else if (encoding == VectorEncoding::kFloat16Le) {
    proto.set_float16_le(HalfBytes(values));
  } else {
    Int8Vector vector = Int8Of(values);
    proto.set_int8(std::move(vector.bytes));
    proto.set_scale(vector.scale);
  }
}

void FillEmbedding(const TextEmbedding& text, const VectorOptions& options, v1::Embedding& proto) {
  proto.set_token_count(static_cast<std::uint32_t>(text.token_count));
  proto.set_truncated(text.truncated);
  const auto kept = std::span<const float>(text.values).first(options.dimensions);
  auto& values = *proto.mutable_values();
  values.Add(kept.begin(), kept.end());
  if (options.normalize) {
    const float factor = NormalizingFactor(kept);
    for (float& value : values) value *= factor;
  }
  if (options.encoding == VectorEncoding::kFloats) return;
  FillBytes({values.data(), kept.size()}, options.encoding, proto);
  values.Clear();
}

absl::StatusOr<VectorEncoding> EncodingOf(v1::Encoding encoding) {
  switch (encoding) {
    case v1::ENCODING_UNSPECIFIED:
    case v1::ENCODING_FLOATS:
      return VectorEncoding::kFloats;
    case v1::ENCODING_FLOAT32_LE:
      return VectorEncoding::kFloat32Le;
    case v1::ENCODING_FLOAT16_LE:
      return VectorEncoding::kFloat16Le;
    case v1::ENCODING_INT8:
      return VectorEncoding::kInt8;
    default:
      return InvalidField("encoding", absl::StrCat("is ", static_cast<int>(encoding),
                                                   ", which is not one of the values 0..4"));
  }
}

}  // namespace

absl::StatusOr<Truncation> TruncationOf(v1::Truncation truncation) {
  switch (truncation) {
    case v1::TRUNCATION_UNSPECIFIED:
    case v1::TRUNCATION_END:
      return Truncation::kEnd;
    case v1::TRUNCATION_START:
      return Truncation::kStart;
    case v1::TRUNCATION_REJECT:
      return Truncation::kReject;
    default:
      return InvalidField("truncation", absl::StrCat("is ", static_cast<int>(truncation),
                                                     ", which is not one of the values 0..3"));
  }
}

absl::StatusOr<VectorOptions> VectorOptionsOf(const v1::EmbedRequest& request,
                                              const ModelInfo& model) {
  const absl::StatusOr<VectorEncoding> encoding = EncodingOf(request.encoding());
  if (!encoding.ok()) return encoding.status();
  const auto dimensions =
      request.has_dimensions() ? std::optional<std::size_t>(request.dimensions()) : std::nullopt;
  const auto normalize =
      request.has_normalize() ? std::optional<bool>(request.normalize()) : std::nullopt;
  return VectorOptionsOf(dimensions, normalize, *encoding, model);
}

absl::Status CheckFingerprint(const v1::EmbedRequest& request, const ModelInfo& model) {
  if (request.required_fingerprint().empty() ||
      request.required_fingerprint() == model.fingerprint) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("required_fingerprint: is '", request.required_fingerprint(),
                   "', the served model has '", model.fingerprint, "'"));
}

absl::StatusOr<std::string_view> PromptOf(const v1::EmbedRequest& request, const ModelInfo& model) {
  if (!request.has_prompt_name()) return DefaultPromptOf(model);
  if (request.prompt_name().empty()) return std::string_view();
  const auto found = model.prompts.find(request.prompt_name());
  if (found != model.prompts.end()) return std::string_view(found->second);
  // A long one would not fit into the headers in which the answer travels.
  const std::string& name = request.prompt_name();
  const std::string is = name.size() <= kLongestShownName
                             ? absl::StrCat("is '", name, "'")
                             : absl::StrCat("has ", name.size(), " bytes");
  std::string known =
      model.prompts.empty() ? "the model has no prompts" : "the model's prompts are";
  for (const auto& [other, prompt] : model.prompts) {
    absl::StrAppend(&known, known.back() == '\'' ? ", '" : " '", other, "'");
  }
  return InvalidField("prompt_name", absl::StrCat(is, "; ", known));
}

v1::EmbedResponse MakeEmbedResponse(const EmbedResult& result, const VectorOptions& options,
                                    const ModelInfo& model) {
  v1::EmbedResponse response;
  for (const TextEmbedding& text : result.embeddings) {
    FillEmbedding(text, options, *response.add_embeddings());
  }
  response.set_model_fingerprint(model.fingerprint);
  *response.mutable_timing()->mutable_queue() = ToProtoDuration(result.timing.queue);
  *response.mutable_timing()->mutable_tokenize() = ToProtoDuration(result.timing.tokenize);
  *response.mutable_timing()->mutable_inference() = ToProtoDuration(result.timing.inference);
  return response;
}

}  // namespace quartet
