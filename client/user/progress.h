// How far a long input has come, on a terminal.
#ifndef QUARTET_CLIENT_USER_PROGRESS_H_
#define QUARTET_CLIENT_USER_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>

namespace quartet {

// "1200 texts, 400 a second, 25 %, 0:09 left". `share`: of the input, 0 to 1; absent where its end
// is not known. A pure function.
std::string ProgressLine(std::size_t texts, std::chrono::duration<double> elapsed,
                         std::optional<double> share);

// Silent where standard error is no terminal.
class Progress {
 public:
  explicit Progress(std::ostream& err);

  void Show(std::size_t texts, std::optional<double> share);
  void Clear();

 private:
  std::ostream& err_;
  const bool shows_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_PROGRESS_H_
