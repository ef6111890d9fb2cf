// manifest.json of an artefact: what the file says about itself.
#ifndef QUARTET_MODEL_MODEL_MANIFEST_H_
#define QUARTET_MODEL_MODEL_MANIFEST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model_info.h"
#include "core/tokenizer_spec.h"

namespace quartet {

// A text whose ids and vector the exporter took from sentence-transformers. Long texts are cut at
// the end.
struct GoldenText {
  std::string text;
  std::vector<std::int64_t> token_ids;
  bool truncated = false;
  std::vector<float> vector;
};

struct ModelManifest {
  ModelInfo info;  // without the fingerprint, which a file can't contain
  TokenizerSpec tokenizer;
  std::string tokenizer_file;  // its name among the artefact's extra files
  std::size_t vocabulary_size = 0;
  std::vector<GoldenText> golden;
  // How far a vector may be from the golden one, |vector - golden| / |golden|: what the precision
  // costs, and what another CPU's order of sums does.
  float golden_tolerance = 0;
};

// INVALID_ARGUMENT, naming the member, for anything missing, of a wrong type or out of range.
absl::StatusOr<ModelManifest> ParseManifest(const std::string& json);

}  // namespace quartet

#endif  // QUARTET_MODEL_MODEL_MANIFEST_H_
