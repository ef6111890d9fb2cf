// quartet-server: settings in, a serving process, a signal, out.
#include <malloc.h>

#include <csignal>
#include <iostream>
#include <variant>

#include "config.h"
#include "exit_codes.h"
#include "log.h"
#include "server.h"

namespace quartet {
namespace {

// Blocked before the first thread starts, so that every thread inherits it and only the sigwait
// below ever sees a signal: no handler code.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int Serve(const Config& config) {
  const sigset_t signals = BlockStopSignals();
  Server server(config);
  if (const ExitCode failed = server.Start(); failed != kExitClean) return failed;
  int signal = 0;
  sigwait(&signals, &signal);
  Log(LogLevel::kInfo, "draining", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
  return server.Stop();
}

}  // namespace
}  // namespace quartet

// What nobody expected to be thrown ends the process with its message: std::terminate's way.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  // Whoever read our log may go before us.
  std::signal(SIGPIPE, SIG_IGN);
  // Few threads allocate: an arena per core and thread would only keep freed memory apart.
  mallopt(M_ARENA_MAX, 2);
  const auto parsed = quartet::ParseConfig(argc, argv);
  if (const auto* early = std::get_if<quartet::EarlyExit>(&parsed)) {
    (early->code == quartet::kExitClean ? std::cout : std::cerr) << early->text;
    return early->code;
  }
  const auto& config = std::get<quartet::Config>(parsed);
  quartet::ConfigureLog(config.log_format, config.log_level);
  return quartet::Serve(config);
}
