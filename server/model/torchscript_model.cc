#include "model/torchscript_model.h"

#include <ATen/Parallel.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include <cstring>
#include <exception>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "model/archive_reader.h"
#include "model/batch_check.h"
#include "model/encoder/helper_scope.h"
#include "model/fingerprint.h"

namespace quartet {
namespace {

constexpr char kManifestFile[] = "manifest.json";
// Every name a tokenizer's file may have: libtorch must be told before the manifest is known.
constexpr const char* kTokenizerFiles[] = {"vocab.txt", "sentencepiece.model"};

// Methods of modules with an encoder of ours inside; those of plain operators have none.
constexpr char kPrepareThread[] = "warm_up_thread";
constexpr char kPath[] = "path";

// libtorch's messages go on with a C++ stack trace: the first line is what a person can use.
std::string FirstLine(const std::exception& error) {
  const std::pair<std::string, std::string> lines =
      absl::StrSplit(error.what(), absl::MaxSplits('\n', 1));
  return lines.first;
}

class TorchscriptModel final : public EmbeddingModel {
 public:
  TorchscriptModel(torch::jit::Module module, BatchLimits limits, std::size_t dimension)
      : module_(std::move(module)), limits_(limits), dimension_(dimension) {}

  void PrepareThread() override {
    if (auto prepare = module_.find_method(kPrepareThread)) (*prepare)({});
  }

  absl::StatusOr<EmbeddingMatrix> Embed(const TokenBatch& batch, ForwardHelper* helper) override {
    const HelperScope scope(helper);
    if (absl::Status status = CheckBatch(batch, limits_); !status.ok()) return status;
    try {
      return Forward(batch);
    } catch (const std::exception& error) {
      return absl::InternalError(absl::StrCat("the model failed: ", FirstLine(error)));
    }
  }

 private:
  absl::StatusOr<EmbeddingMatrix> Forward(const TokenBatch& batch) {
    const c10::InferenceMode no_autograd;  // thread-local: each forward sets it for its own lane
    const torch::Tensor output =
        module_.forward({AsTensor(batch.token_ids), AsTensor(batch.sequence_lengths)})
            .toTensor()
            .contiguous();
    const auto rows = static_cast<std::int64_t>(batch.sequence_lengths.size());
    const auto dimension = static_cast<std::int64_t>(dimension_);
    if (output.scalar_type() != torch::kFloat32 ||
        output.sizes() != c10::IntArrayRef{rows, dimension}) {
      return absl::InternalError("the model's output has a wrong shape or type");
    }
    EmbeddingMatrix matrix{.dimension = dimension_, .values = {}};
    matrix.values.assign(output.const_data_ptr<float>(),
                         output.const_data_ptr<float>() + output.numel());
    return matrix;
  }

  // A view of the vector's memory, which the forward only reads.
  static torch::Tensor AsTensor(const std::vector<std::int64_t>& values) {
    return torch::from_blob(const_cast<std::int64_t*>(values.data()),
                            {static_cast<std::int64_t>(values.size())}, torch::kInt64);
  }

  torch::jit::Module module_;  // shared by the lanes: forward writes no state
  const BatchLimits limits_;
  const std::size_t dimension_;
};

absl::StatusOr<std::string> TokenizerFile(const ModelManifest& manifest,
                                          const torch::jit::ExtraFilesMap& files) {
  const auto file = files.find(manifest.tokenizer_file);
  if (file == files.end() || file->second.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("it has no tokenizer file '", manifest.tokenizer_file, "'"));
  }
  return file->second;
}

// Without the parts of a module that nothing reads.
torch::jit::Module Frozen(torch::jit::Module& module) {
  std::vector<std::string> kept;
  for (const char* method : {kPrepareThread, kPath}) {
    if (module.find_method(method)) kept.emplace_back(method);
  }
  return torch::jit::freeze(module, kept);
}

std::string Engine(torch::jit::Module& module) {
  if (!module.find_method(kPath)) return "aten float32";
  return module.run_method(kPath).toStringRef();
}

absl::StatusOr<LoadedArtefact> Load(std::istream& file) {
  torch::jit::ExtraFilesMap files = {{kManifestFile, ""}};
  for (const char* name : kTokenizerFiles) files[name] = "";
  torch::jit::Module module = torch::jit::load(file, torch::kCPU, files);
  if (files[kManifestFile].empty()) {
    return absl::InvalidArgumentError("it is TorchScript, but has no manifest.json");
  }
  absl::StatusOr<ModelManifest> manifest = ParseManifest(files[kManifestFile]);
  if (!manifest.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("its manifest is not valid: ", manifest.status().message()));
  }
  absl::StatusOr<std::string> tokenizer_file = TokenizerFile(*manifest, files);
  if (!tokenizer_file.ok()) return tokenizer_file.status();

  module.eval();
  const BatchLimits limits{.max_sequence_length = manifest->info.max_sequence_length,
                           .vocabulary_size = manifest->vocabulary_size};
  torch::jit::Module frozen = Frozen(module);
  std::string engine = Engine(frozen);
  auto model =
      std::make_unique<TorchscriptModel>(std::move(frozen), limits, manifest->info.dimension);
  return LoadedArtefact{std::move(model), std::move(engine), *std::move(manifest),
                        *std::move(tokenizer_file)};
}

void Rewind(std::istream& file) {
  file.clear();
  file.seekg(0);
}

}  // namespace

void ConfigureTorch(int threads_per_forward) {
  at::set_num_threads(threads_per_forward);
  at::set_num_interop_threads(1);
  // No strategy, the simple executor: the profiling one recompiles for new shapes, and every
  // length is a new shape.
  torch::jit::FusionStrategy none;
  torch::jit::setFusionStrategy(none);
}

absl::StatusOr<LoadedArtefact> LoadArtefact(const std::string& path, const LoadOptions& options) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("can't open ", path));
  absl::StatusOr<std::string> fingerprint = FingerprintOf(file);
  if (!fingerprint.ok()) {
    return absl::InternalError(absl::StrCat(path, " ", fingerprint.status().message()));
  }
  if (!options.sha256.empty() && *fingerprint != options.sha256) {
    return absl::InvalidArgumentError(absl::StrCat(path, " has the SHA-256 ", *fingerprint,
                                                   ", --model-sha256 is ", options.sha256));
  }
  absl::StatusOr<LoadedArtefact> artefact = absl::InternalError("");
  try {
    Rewind(file);
    if (!options.allow_foreign) {
      if (const absl::Status vetted = VetArchiveFile(file); !vetted.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat(path, " is a foreign model: ", vetted.message(),
                         "; --allow-foreign-model would load it nevertheless"));
      }
      Rewind(file);
    }
    artefact = Load(file);
  } catch (const std::exception& error) {
    artefact = absl::InvalidArgumentError(FirstLine(error));
  }
  if (!artefact.ok()) {
    return absl::Status(
        artefact.status().code(),
        absl::StrCat(path, " is not a Quartet model: ", artefact.status().message()));
  }
  artefact->manifest.info.fingerprint = *std::move(fingerprint);
  return artefact;
}

}  // namespace quartet
