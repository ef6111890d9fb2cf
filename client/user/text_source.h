// The texts that a command is given.
#ifndef QUARTET_CLIENT_USER_TEXT_SOURCE_H_
#define QUARTET_CLIENT_USER_TEXT_SOURCE_H_

#include <cstddef>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace quartet {

// Lines as texts. Not thread-safe.
class TextSource {
 public:
  // `field`: lines are JSON objects whose field of this name is the text; empty: lines are texts.
  // `in` must outlive the source.
  TextSource(std::istream& in, std::string field) : in_(in), field_(std::move(field)) {}

  // The next texts, `most` or fewer; none: the end. INVALID_ARGUMENT: names the line, from 1.
  absl::StatusOr<std::vector<std::string>> Next(std::size_t most);

 private:
  absl::StatusOr<std::string> TextOf(std::string line) const;

  std::istream& in_;
  const std::string field_;
  std::size_t lines_ = 0;  // read so far
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_TEXT_SOURCE_H_
