// Texts and token ids as files that every subject of the bench can read.
#ifndef QUARTET_BENCH_TEXTS_TEXT_FILE_H_
#define QUARTET_BENCH_TEXTS_TEXT_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace quartet::bench {

// One text a line; empty lines are left out. NOT_FOUND: can't be read. INVALID_ARGUMENT: no text.
absl::StatusOr<std::vector<std::string>> ReadTexts(const std::string& path);

using TokenIds = std::vector<std::vector<std::int64_t>>;

// One text's ids a line, separated by spaces. Errors as above.
absl::StatusOr<TokenIds> ReadTokenIds(const std::string& path);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_TEXTS_TEXT_FILE_H_
