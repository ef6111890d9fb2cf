#include "host/reloaded_files.h"

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "host/text_file.h"

namespace quartet {
namespace {

absl::StatusOr<ReloadedFiles::Contents> ReadAll(const std::vector<std::string>& paths) {
  ReloadedFiles::Contents contents;
  for (const std::string& path : paths) {
    std::optional<std::string> content = ReadFile(path);
    if (!content) return absl::NotFoundError(absl::StrCat("can't read ", path, ", or it is empty"));
    contents.push_back(*std::move(content));
  }
  return contents;
}

}  // namespace

ReloadedFiles::ReloadedFiles(std::vector<std::string> paths,
                             std::function<absl::Status(const Contents&)> accept)
    : paths_(std::move(paths)), accept_(std::move(accept)) {}

absl::Status ReloadedFiles::Load() {
  absl::StatusOr<Contents> contents = ReadAll(paths_);
  if (!contents.ok()) return contents.status();
  if (absl::Status status = accept_(*contents); !status.ok()) return status;
  accepted_ = *std::move(contents);
  return absl::OkStatus();
}

ReloadedFiles::Change ReloadedFiles::Look() {
  absl::StatusOr<Contents> contents = ReadAll(paths_);
  const bool is_new = contents.ok() && *contents != accepted_;
  const absl::Status found = is_new ? accept_(*contents) : contents.status();
  if (found.ok()) {
    suspicion_ = absl::OkStatus();
    const bool was_broken = !std::exchange(problem_, absl::OkStatus()).ok();
    if (!is_new) return was_broken ? Change::kHealed : Change::kNone;
    accepted_ = *std::move(contents);
    return Change::kAccepted;
  }
  const bool is_sure = std::exchange(suspicion_, found) == found;
  if (!is_sure || found == problem_) return Change::kNone;
  problem_ = found;
  return Change::kRefused;
}

}  // namespace quartet
