// Is a TorchScript archive one of ours? Asked before libtorch unpickles it: a foreign one is a
// program, which may run as soon as it is loaded.
#ifndef QUARTET_MODEL_VETTING_ARCHIVE_VETTING_H_
#define QUARTET_MODEL_VETTING_ARCHIVE_VETTING_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace quartet {

// An archive as libtorch's reader sees it.
struct ArchiveRecords {
  std::map<std::string, std::size_t> sizes;  // by name
  std::function<std::string(const std::string& name)> read;
};

// INVALID_ARGUMENT with the first thing found that no model of ours has: a record, a class or
// function that is unpickled, a call in the code, a tensor larger than its record (libtorch would
// read beyond it). What passes can compute, and nothing else.
absl::Status VetArchive(const ArchiveRecords& records);

}  // namespace quartet

#endif  // QUARTET_MODEL_VETTING_ARCHIVE_VETTING_H_
