#include "process_signals.h"

#include <pthread.h>
#include <unistd.h>

#include <ctime>
#include <thread>
#include <utility>

namespace quartet {
namespace {

timespec ToTimespec(std::chrono::milliseconds time) {
  constexpr std::int64_t kMilliseconds = 1000;
  constexpr std::int64_t kNanoseconds = 1'000'000;
  return {.tv_sec = time.count() / kMilliseconds,
          .tv_nsec = time.count() % kMilliseconds * kNanoseconds};
}

// One that nobody sends from outside. glibc tells its number at run time.
int WorkDone() { return SIGRTMIN; }

}  // namespace

ProcessSignals::ProcessSignals(Handlers handlers) : handlers_(std::move(handlers)) {
  sigemptyset(&stopping_);
  for (const int signal : {SIGTERM, SIGINT, WorkDone()}) sigaddset(&stopping_, signal);
  all_ = stopping_;
  for (const auto& handler : handlers_) sigaddset(&all_, handler.first);
  pthread_sigmask(SIG_BLOCK, &all_, nullptr);
}

std::string ProcessSignals::WaitForStop() const {
  while (true) {
    int signal = 0;
    sigwait(&all_, &signal);
    if (signal == SIGTERM) return "SIGTERM";
    if (signal == SIGINT) return "SIGINT";
    const auto handler = handlers_.find(signal);
    if (handler != handlers_.end()) handler->second();
  }
}

bool ProcessSignals::RunUntilStop(const std::function<void()>& work,
                                  std::chrono::milliseconds limit) const {
  std::thread worker([work] {
    work();
    kill(getpid(), WorkDone());
  });
  const timespec time = ToTimespec(limit);
  if (sigtimedwait(&stopping_, nullptr, &time) == WorkDone()) {
    worker.join();
    return true;
  }
  worker.detach();
  return false;
}

}  // namespace quartet
