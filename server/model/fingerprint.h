// The identity of an artefact.
#ifndef QUARTET_MODEL_FINGERPRINT_H_
#define QUARTET_MODEL_FINGERPRINT_H_

#include <string>

#include "absl/status/statusor.h"

namespace quartet {

// SHA-256 of the file's bytes, 64 lower-case hexadecimal digits. NOT_FOUND when it can't be opened.
absl::StatusOr<std::string> FingerprintOfFile(const std::string& path);

}  // namespace quartet

#endif  // QUARTET_MODEL_FINGERPRINT_H_
