// Any manifest is read, or refused with a message: never a crash, never a value out of range.
#include <cstddef>
#include <cstdint>
#include <string>

#include "check.h"
#include "model/model_manifest.h"

namespace quartet {
namespace {

void FuzzOne(const std::string& json) {
  const absl::StatusOr<ModelManifest> manifest = ParseManifest(json);
  if (!manifest.ok()) {
    Check(manifest.status().code() == absl::StatusCode::kInvalidArgument, "the file's mistake");
    Check(!manifest.status().message().empty(), "it says why");
    return;
  }
  Check(manifest->info.dimension > 0, "vectors have components");
  Check(manifest->info.max_sequence_length >= 3, "texts have room");
  Check(manifest->vocabulary_size > 0, "there are tokens");
  Check(manifest->golden_tolerance >= 0, "a tolerance is not negative");
  for (const GoldenText& golden : manifest->golden) {
    Check(golden.vector.size() == manifest->info.dimension, "golden vectors are the model's");
  }
}

}  // namespace
}  // namespace quartet

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  quartet::FuzzOne({reinterpret_cast<const char*>(data), size});
  return 0;
}
