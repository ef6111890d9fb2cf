#include "operator/monitor/ending_signals.h"

namespace quartet {
namespace {

volatile sig_atomic_t has_come = 0;

}  // namespace

EndingSignals::EndingSignals() {
  has_come = 0;
  struct sigaction action = {};
  action.sa_handler = [](int) { has_come = 1; };
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &before_[i]);
}

EndingSignals::~EndingSignals() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
}

bool EndingSignals::HasCome() { return has_come != 0; }

}  // namespace quartet
