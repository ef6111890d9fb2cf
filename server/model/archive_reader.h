// An artefact's records by libtorch's own reader, so that what is vetted is what is loaded.
#ifndef QUARTET_MODEL_ARCHIVE_READER_H_
#define QUARTET_MODEL_ARCHIVE_READER_H_

#include <istream>

#include "absl/status/status.h"

namespace quartet {

// VetArchive of the archive in `file`. Throws c10::Error for what is no archive.
absl::Status VetArchiveFile(std::istream& file);

}  // namespace quartet

#endif  // QUARTET_MODEL_ARCHIVE_READER_H_
