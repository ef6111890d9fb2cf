#include "stop_signals.h"

#include <pthread.h>
#include <unistd.h>

#include <ctime>
#include <thread>

namespace quartet {
namespace {

constexpr int kWorkDone = SIGUSR1;

timespec ToTimespec(std::chrono::milliseconds time) {
  constexpr std::int64_t kMilliseconds = 1000;
  constexpr std::int64_t kNanoseconds = 1'000'000;
  return {.tv_sec = time.count() / kMilliseconds,
          .tv_nsec = time.count() % kMilliseconds * kNanoseconds};
}

}  // namespace

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  for (const int signal : {SIGTERM, SIGINT, kWorkDone}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

std::string StopSignals::Wait() const {
  int signal = kWorkDone;
  while (signal == kWorkDone) sigwait(&signals_, &signal);
  return signal == SIGTERM ? "SIGTERM" : "SIGINT";
}

bool StopSignals::RunUntilSignal(const std::function<void()>& work,
                                 std::chrono::milliseconds limit) const {
  std::thread worker([work] {
    work();
    kill(getpid(), kWorkDone);
  });
  const timespec time = ToTimespec(limit);
  if (sigtimedwait(&signals_, nullptr, &time) == kWorkDone) {
    worker.join();
    return true;
  }
  worker.detach();
  return false;
}

}  // namespace quartet
