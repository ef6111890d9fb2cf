// How far a long input has come, on a terminal.
#ifndef QUARTET_CLIENT_USER_PROGRESS_H_
#define QUARTET_CLIENT_USER_PROGRESS_H_

#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <ostream>

#include "absl/strings/str_format.h"

namespace quartet {

// Silent where standard error is no terminal.
class Progress {
 public:
  explicit Progress(std::ostream& err) : err_(err), shows_(isatty(STDERR_FILENO) == 1) {}

  void Show(std::size_t texts) {
    if (!shows_) return;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
    err_ << absl::StreamFormat("\r\033[K%d texts, %.0f a second", texts,
                               static_cast<double>(texts) / elapsed.count());
    err_.flush();
  }

  void Clear() {
    if (shows_) err_ << "\r\033[K";
  }

 private:
  std::ostream& err_;
  const bool shows_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_PROGRESS_H_
