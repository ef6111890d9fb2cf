// What a call wants done with the model's vectors. Pure functions.
#ifndef QUARTET_CALLS_VECTOR_OPTIONS_H_
#define QUARTET_CALLS_VECTOR_OPTIONS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/model_info.h"

namespace quartet {

enum class VectorEncoding {
  kFloats,     // numbers
  kFloat32Le,  // 4 bytes each, little-endian
  kFloat16Le,  // 2 bytes each, little-endian
  kInt8,       // 1 byte each, and a scale
};

struct VectorOptions {
  std::size_t dimensions = 0;                         // kept of each vector
  bool normalize = false;                             // after the cut
  VectorEncoding encoding = VectorEncoding::kFloats;  // after both
};

// Of a call that asked for `dimensions` and `normalize`; absent: as the model has it.
// INVALID_ARGUMENT: dimensions of 0 or more than the model has.
absl::StatusOr<VectorOptions> VectorOptionsOf(std::optional<std::size_t> dimensions,
                                              std::optional<bool> normalize,
                                              VectorEncoding encoding, const ModelInfo& model);

// What to multiply a vector with to make it one of length 1. A zero vector stays as it is.
float NormalizingFactor(std::span<const float> values);

// What comes before each text of a call that names no prompt; may be empty. A view of `model`.
std::string_view DefaultPromptOf(const ModelInfo& model);

}  // namespace quartet

#endif  // QUARTET_CALLS_VECTOR_OPTIONS_H_
