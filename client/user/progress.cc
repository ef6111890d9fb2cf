#include "user/progress.h"

#include <unistd.h>

#include "absl/strings/str_format.h"

namespace quartet {

std::string ProgressLine(std::size_t texts, std::chrono::duration<double> elapsed,
                         std::optional<double> share) {
  std::string line = absl::StrFormat("%d texts, %.0f a second", texts,
                                     static_cast<double>(texts) / elapsed.count());
  if (!share || *share <= 0) return line;
  const auto left = static_cast<int>(elapsed.count() * (1 - *share) / *share);
  absl::StrAppendFormat(&line, ", %.0f %%, ", 100 * *share);
  const int hours = left / 3600;
  if (hours > 0) {
    absl::StrAppendFormat(&line, "%d:%02d:", hours, left / 60 % 60);
  } else {
    absl::StrAppendFormat(&line, "%d:", left / 60);
  }
  absl::StrAppendFormat(&line, "%02d left", left % 60);
  return line;
}

Progress::Progress(std::ostream& err) : err_(err), shows_(isatty(STDERR_FILENO) == 1) {}

void Progress::Show(std::size_t texts, std::optional<double> share) {
  if (!shows_) return;
  err_ << "\r\033[K" << ProgressLine(texts, std::chrono::steady_clock::now() - start_, share);
  err_.flush();
}

void Progress::Clear() {
  if (shows_) err_ << "\r\033[K";
}

}  // namespace quartet
