// Files that belong together and change while the process runs: certificates, keys.
#ifndef QUARTET_HOST_RELOADED_FILES_H_
#define QUARTET_HOST_RELOADED_FILES_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace quartet {

// Reads them whole at each look and compares: no time stamp, inode or notice has to be trusted, and
// the swapped symlink of a Kubernetes Secret is a change as any other. Not thread-safe.
class ReloadedFiles {
 public:
  using Contents = std::vector<std::string>;  // in the order of the paths

  enum class Change {
    kNone,
    kAccepted,  // new contents are in use
    kRefused,   // problem() is new; the last good contents stay in use
    kHealed,    // the problem has gone: the files are what is in use
  };

  // `accept` vets contents and takes them over, or says what is wrong and changes nothing.
  ReloadedFiles(std::vector<std::string> paths,
                std::function<absl::Status(const Contents&)> accept);

  // Once, at the start. Not OK: the files can't be read, or were not accepted.
  absl::Status Load();

  // What is wrong has to be so at two looks in a row: files that are replaced one after the other
  // don't fit for a moment.
  Change Look();

  // Of the files as they are now; OK while their contents are in use.
  const absl::Status& problem() const { return problem_; }

 private:
  const std::vector<std::string> paths_;
  const std::function<absl::Status(const Contents&)> accept_;
  Contents accepted_;
  absl::Status suspicion_;  // of the last look
  absl::Status problem_;
};

}  // namespace quartet

#endif  // QUARTET_HOST_RELOADED_FILES_H_
