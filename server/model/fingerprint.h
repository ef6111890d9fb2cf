// The identity of an artefact.
#ifndef QUARTET_MODEL_FINGERPRINT_H_
#define QUARTET_MODEL_FINGERPRINT_H_

#include <istream>
#include <string>

#include "absl/status/statusor.h"

namespace quartet {

// SHA-256 of the bytes from here to the end, 64 lower-case hexadecimal digits. INTERNAL when they
// can't be read.
absl::StatusOr<std::string> FingerprintOf(std::istream& file);

// The same of a file. NOT_FOUND when it can't be opened.
absl::StatusOr<std::string> FingerprintOfFile(const std::string& path);

}  // namespace quartet

#endif  // QUARTET_MODEL_FINGERPRINT_H_
