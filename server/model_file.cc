#include "model_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pipeline/memory_gate.h"
#include "self_test.h"
#include "tokenization/tokenizer_loader.h"

namespace quartet {
namespace {

// What a model takes at most while it is loaded, in sizes of its file: 1.2 to 1.7 measured for int8
// and float32, 3.7 for bfloat16 on a CPU without it.
constexpr std::int64_t kMemoryOfFile = 4;

std::int64_t Nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

absl::Status CheckRoomForModel(std::int64_t file_bytes, const CgroupStats& memory) {
  if (!memory.working_set_bytes || !memory.memory_limit_bytes) return absl::OkStatus();
  constexpr std::int64_t kMegabyte = 1'000'000;
  const std::int64_t needed = kMemoryOfFile * file_bytes;
  const auto most =
      static_cast<std::int64_t>(kMemoryCloses * static_cast<double>(*memory.memory_limit_bytes));
  const std::int64_t room = most - *memory.working_set_bytes;
  if (needed <= room) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "no room: beside the served model it may take ", needed / kMegabyte, " MB, and ",
      std::max<std::int64_t>(room, 0) / kMegabyte, " MB are left of the memory limit"));
}

absl::StatusOr<ModelFile::Version> ModelFile::Look() const {
  struct stat facts {};
  if (stat(path_.c_str(), &facts) != 0) {
    return absl::NotFoundError(absl::StrCat("can't open ", path_, ": ", std::strerror(errno)));
  }
  // A pipe would keep whoever opens it waiting.
  if (!S_ISREG(facts.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path_, " is not a Quartet model: no file"));
  }
  return Version{.device = facts.st_dev,
                 .number = facts.st_ino,
                 .bytes = facts.st_size,
                 .modified_ns = Nanoseconds(facts.st_mtim),
                 .changed_ns = Nanoseconds(facts.st_ctim)};
}

absl::StatusOr<ServedModelPtr> ModelFile::LoadVersion(const Version& version) const {
  absl::StatusOr<LoadedArtefact> artefact = LoadArtefact(path_, options_);
  if (!artefact.ok()) return artefact.status();
  absl::StatusOr<std::unique_ptr<Tokenizer>> tokenizer =
      LoadTokenizer(artefact->manifest.tokenizer, artefact->tokenizer_file_content);
  if (!tokenizer.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, ": its tokenizer: ", tokenizer.status().message()));
  }
  const absl::StatusOr<Version> now = Look();
  if (!now.ok() || *now != version) {
    return absl::UnavailableError(absl::StrCat(path_, " changed while it was read"));
  }
  auto served = std::make_shared<ServedModel>();
  served->info = std::move(artefact->manifest.info);
  served->engine = std::move(artefact->engine);
  served->tokenizer = *std::move(tokenizer);
  served->model = std::move(artefact->model);
  served->self_test = [&tokenizer = *served->tokenizer, &model = *served->model,
                       golden = std::move(artefact->manifest.golden),
                       tolerance = artefact->manifest.golden_tolerance] {
    return RunSelfTest(tokenizer, model, golden, tolerance);
  };
  return served;
}

absl::StatusOr<ServedModelPtr> ModelFile::Load() {
  const absl::StatusOr<Version> version = Look();
  if (!version.ok()) return version.status();
  absl::StatusOr<ServedModelPtr> model = LoadVersion(*version);
  if (model.ok()) loaded_ = *version;
  return model;
}

absl::Status ModelFile::Test(const ServedModel& model) const {
  absl::Status tested = model.self_test();
  if (tested.ok()) return tested;
  return absl::InternalError(absl::StrCat(path_, " fails its self-test: ", tested.message()));
}

absl::StatusOr<ServedModelPtr> ModelFile::LoadIfChanged(const ServedModel& served,
                                                        const CgroupStats& memory) {
  const absl::StatusOr<Version> version = Look();
  if (!version.ok()) return version.status();
  if (loaded_ == *version) return nullptr;
  if (absl::Status room = CheckRoomForModel(version->bytes, memory); !room.ok()) return room;
  absl::StatusOr<ServedModelPtr> model = LoadVersion(*version);
  if (!model.ok()) return model;
  if (absl::Status tested = Test(**model); !tested.ok()) return tested;
  loaded_ = *version;
  if ((*model)->info.fingerprint == served.info.fingerprint) return nullptr;
  return model;
}

}  // namespace quartet
