// The file of --model, which another one may replace while its model is served.
#ifndef QUARTET_MODEL_FILE_H_
#define QUARTET_MODEL_FILE_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/served_model.h"
#include "host/cgroup.h"
#include "model/torchscript_model.h"

namespace quartet {

// Whether the memory limit, if there is one, leaves room for the model of a file beside the one
// that is served: RESOURCE_EXHAUSTED if not. Pure.
absl::Status CheckRoomForModel(std::int64_t file_bytes, const CgroupStats& memory);

// One thread at a time.
class ModelFile {
 public:
  // `options`: what every file of this name must be.
  ModelFile(std::string path, LoadOptions options)
      : path_(std::move(path)), options_(std::move(options)) {}

  const std::string& path() const { return path_; }

  // The model and its tokenizer, not tested. On failure one line that names the file and the
  // reason.
  absl::StatusOr<ServedModelPtr> Load();

  // INTERNAL, with the file's name: the model does not compute what its exporter saw.
  absl::Status Test(const ServedModel& model) const;

  // Null while the file is the one that `served` was loaded from, or one with the same content.
  // Else a model that has passed its test. `memory`: of now.
  absl::StatusOr<ServedModelPtr> LoadIfChanged(const ServedModel& served,
                                               const CgroupStats& memory);

 private:
  // Two files, or one that was written to, differ in some of these.
  struct Version {
    dev_t device = 0;
    ino_t number = 0;
    std::int64_t bytes = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    bool operator==(const Version&) const = default;
  };

  absl::StatusOr<Version> Look() const;
  // UNAVAILABLE: the file is another one by now, and what was read may be of both.
  absl::StatusOr<ServedModelPtr> LoadVersion(const Version& version) const;

  const std::string path_;
  const LoadOptions options_;
  std::optional<Version> loaded_;  // what is served came from it
};

}  // namespace quartet

#endif  // QUARTET_MODEL_FILE_H_
