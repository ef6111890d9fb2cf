// The texts that a command is given.
#ifndef QUARTET_CLIENT_USER_TEXT_SOURCE_H_
#define QUARTET_CLIENT_USER_TEXT_SOURCE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "user/input_lines.h"

namespace quartet {

// Lines as texts. Not thread-safe.
class TextSource {
 public:
  // `field`: lines are JSON objects whose field of this name is the text; empty: lines are texts.
  TextSource(InputLines in, std::string field) : in_(std::move(in)), field_(std::move(field)) {}

  // Waits for a text, and takes with it those that are there already, `most` in all; none: the end.
  // INVALID_ARGUMENT: names the line, from 1.
  absl::StatusOr<std::vector<std::string>> Next(std::size_t most);

  // InputLines'.
  std::optional<double> TakenShare() const { return in_.TakenShare(); }

 private:
  absl::StatusOr<std::string> TextOf(std::string line) const;

  InputLines in_;
  const std::string field_;
  std::size_t lines_ = 0;  // read so far
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_TEXT_SOURCE_H_
