#include "calls/vector_options.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "core/error_detail.h"

namespace quartet {

absl::StatusOr<VectorOptions> VectorOptionsOf(std::optional<std::size_t> dimensions,
                                              std::optional<bool> normalize,
                                              VectorEncoding encoding, const ModelInfo& model) {
  const std::size_t kept = dimensions.value_or(model.dimension);
  if (kept < 1 || kept > model.dimension) {
    return InvalidField("dimensions",
                        absl::StrCat("is ", kept, ", the limits are 1 and ", model.dimension));
  }
  // A whole vector of a normalizing model has length 1 already.
  const bool already_normalized = model.normalized && kept == model.dimension;
  return VectorOptions{.dimensions = kept,
                       .normalize = normalize.value_or(model.normalized) && !already_normalized,
                       .encoding = encoding};
}

float NormalizingFactor(std::span<const float> values) {
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * value;
  return squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 1;
}

std::string_view DefaultPromptOf(const ModelInfo& model) {
  if (!model.default_prompt_name.has_value()) return {};
  return model.prompts.at(*model.default_prompt_name);
}

}  // namespace quartet
