// SIGTERM and SIGINT, without handler code.
#ifndef QUARTET_STOP_SIGNALS_H_
#define QUARTET_STOP_SIGNALS_H_

#include <chrono>
#include <csignal>
#include <functional>
#include <string>

namespace quartet {

// One a process, made before the first thread: it blocks the signals, every thread inherits that,
// and only the waits below ever see one.
class StopSignals {
 public:
  StopSignals();

  // Blocks until a signal comes; its name.
  std::string Wait() const;

  // Runs `work` on a thread of its own. True: it has ended. False: before that another signal came
  // or the time was over; it is still running, and whatever it uses must be left to it.
  bool RunUntilSignal(const std::function<void()>& work, std::chrono::milliseconds limit) const;

 private:
  sigset_t signals_;  // and kWorkDone, with which the work's thread wakes the waiting one
};

}  // namespace quartet

#endif  // QUARTET_STOP_SIGNALS_H_
