// The signals that the process understands, without handler code.
#ifndef QUARTET_PROCESS_SIGNALS_H_
#define QUARTET_PROCESS_SIGNALS_H_

#include <chrono>
#include <csignal>
#include <functional>
#include <map>
#include <string>

namespace quartet {

// One a process, made before the first thread: it blocks the signals, every thread inherits that,
// and only the waits below ever see one.
class ProcessSignals {
 public:
  // Other signals than SIGTERM and SIGINT, and what each is for; run by WaitForStop's caller.
  using Handlers = std::map<int, std::function<void()>>;

  explicit ProcessSignals(Handlers handlers);

  // Blocks until SIGTERM or SIGINT comes; its name. Others that come before are handled.
  std::string WaitForStop() const;

  // Runs `work` on a thread of its own. True: it has ended. False: before that another SIGTERM or
  // SIGINT came or the time was over; it is still running, and whatever it uses must be left to it.
  bool RunUntilStop(const std::function<void()>& work, std::chrono::milliseconds limit) const;

 private:
  const Handlers handlers_;
  sigset_t
      stopping_;  // SIGTERM, SIGINT, and one with which the work's thread wakes the waiting one
  sigset_t all_;
};

}  // namespace quartet

#endif  // QUARTET_PROCESS_SIGNALS_H_
