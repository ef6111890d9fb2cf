// Lines of a pipe, a terminal or a file, as they come.
#ifndef QUARTET_CLIENT_USER_INPUT_LINES_H_
#define QUARTET_CLIENT_USER_INPUT_LINES_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace quartet {

// Not thread-safe.
class InputLines {
 public:
  // Reads the descriptor and does not close it.
  explicit InputLines(int descriptor);

  // Waits. Without its end; a last line needs no end. nullopt: no more lines, or `status`.
  std::optional<std::string> Next();

  // Whether Next would return at once.
  bool HasNext();

  // How much of a file was taken, 0 to 1. nullopt: it is none, or empty.
  std::optional<double> TakenShare() const;

  // INVALID_ARGUMENT: the input can't be read.
  const absl::Status& status() const { return status_; }

 private:
  // Whether a whole line or the last one is in the buffer.
  bool FindLine();
  // Waits for some bytes, or for the end.
  void Read();
  // Ends the input; `error` is an errno.
  void Fail(int error);

  const int descriptor_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of the next line
  std::size_t end_ = 0;    // of it, as far as is known: there is no line end before
  bool ended_ = false;
  absl::Status status_;
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_INPUT_LINES_H_
