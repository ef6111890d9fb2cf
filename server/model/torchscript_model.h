// The TorchScript artefact: one file with the model, its manifest and its tokenizer.
#ifndef QUARTET_MODEL_TORCHSCRIPT_MODEL_H_
#define QUARTET_MODEL_TORCHSCRIPT_MODEL_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "core/embedding_model.h"
#include "model/model_manifest.h"

namespace quartet {

// Everything an artefact holds.
struct LoadedArtefact {
  std::unique_ptr<EmbeddingModel> model;
  std::string engine;      // which of its implementations this CPU runs, for people
  ModelManifest manifest;  // with the fingerprint
  std::string tokenizer_file_content;
};

// Sets the process's libtorch to `threads_per_forward` threads a forward and one between forwards.
// Before the first load, once.
void ConfigureTorch(int threads_per_forward);

struct LoadOptions {
  std::string sha256;  // what the file must have, lower case; empty: anything
  // TorchScript is a program that may read and write files: by default only what VetArchive knows
  // is loaded, which can't.
  bool allow_foreign = false;
};

// NOT_FOUND: no such file. INVALID_ARGUMENT: not an artefact, or not the one wanted, with the
// reason. The file is opened once, so another one that takes its name meanwhile is not what is
// loaded.
absl::StatusOr<LoadedArtefact> LoadArtefact(const std::string& path,
                                            const LoadOptions& options = {});

}  // namespace quartet

#endif  // QUARTET_MODEL_TORCHSCRIPT_MODEL_H_
