// Signals that ask a program to end, turned into a question.
#ifndef QUARTET_CLIENT_OPERATOR_MONITOR_ENDING_SIGNALS_H_
#define QUARTET_CLIENT_OPERATOR_MONITOR_ENDING_SIGNALS_H_

#include <signal.h>

#include <array>

namespace quartet {

// While it lives, SIGINT, SIGTERM and SIGHUP do nothing but interrupt what waits. One at a time.
class EndingSignals {
 public:
  EndingSignals();
  ~EndingSignals();
  EndingSignals(const EndingSignals&) = delete;
  EndingSignals& operator=(const EndingSignals&) = delete;

  static bool HasCome();

 private:
  static constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};

  std::array<struct sigaction, kSignals.size()> before_ = {};
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_MONITOR_ENDING_SIGNALS_H_
