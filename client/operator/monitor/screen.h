// The terminal as a canvas, by ncurses, whose headers are only in screen.cc.
#ifndef QUARTET_CLIENT_OPERATOR_MONITOR_SCREEN_H_
#define QUARTET_CLIENT_OPERATOR_MONITOR_SCREEN_H_

#include <memory>

#include "absl/status/statusor.h"
#include "operator/monitor/view.h"

namespace quartet {

// Takes the terminal over, and gives it back as it was when it dies. One at a time, one thread.
class Screen {
 public:
  // FAILED_PRECONDITION: standard input or output is no terminal, or ncurses doesn't know it.
  static absl::StatusOr<std::unique_ptr<Screen>> Open();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // What does not fit is cut at the right and at the bottom.
  void Paint(const View& view);

  // Waits for a key, a signal or so many milliseconds. True: q, or the terminal has gone.
  bool IsToEnd(int milliseconds);

 private:
  struct Terminal;
  explicit Screen(std::unique_ptr<Terminal> terminal);

  const std::unique_ptr<Terminal> terminal_;
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_MONITOR_SCREEN_H_
