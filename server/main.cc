// quartet-server: settings in, a serving process, a signal, out.
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <string>
#include <variant>

#include "absl/synchronization/mutex.h"
#include "config.h"
#include "exit_codes.h"
#include "host/core_dumps.h"
#include "log.h"
#include "process_signals.h"
#include "security/tls_exit.h"
#include "server.h"

namespace quartet {
namespace {

// What a stop may take beyond the times that were asked for: calls that were cancelled end, threads
// are joined.
constexpr std::chrono::milliseconds kStopMargin{3'000};

void ChangeLogLevel(const std::string& level) {
  SetLogLevel(level);
  Log(LogLevel::kWarning, "log level changed", {{"level", level}});
}

// `server`: made before the first signal is handled.
ProcessSignals::Handlers HandlersOf(const Config& config, const std::unique_ptr<Server>& server) {
  return {{SIGHUP,
           [&server] {
             ReopenLog();
             server->ReloadModel();
           }},
          {SIGUSR1, [] { ChangeLogLevel("debug"); }},
          {SIGUSR2, [level = config.log.level] { ChangeLogLevel(level); }}};
}

int Serve(const Config& config) {
  std::unique_ptr<Server> server;
  const ProcessSignals signals(HandlersOf(config, server));
  server = std::make_unique<Server>(config);
  if (const ExitCode failed = server->Start(); failed != kExitClean) return failed;
  Log(LogLevel::kInfo, "draining", {{"signal", signals.WaitForStop()}});
  ExitCode code = kExitClean;
  const bool stopped = signals.RunUntilStop(
      [&] {
        code = server->Stop();
        server.reset();
      },
      config.lame_duck + config.drain_timeout + kStopMargin);
  if (stopped) return code;
  // A second signal, or a forward that does not end: nothing is waited for any more.
  Log(LogLevel::kWarning, "stopped without waiting");
  _exit(kExitDrainDeadline);
}

}  // namespace
}  // namespace quartet

// What nobody expected to be thrown ends the process with its message: std::terminate's way.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  quartet::KeepTlsUntilTheEnd();
  // Whoever read our log may go before us.
  std::signal(SIGPIPE, SIG_IGN);
  // Few threads allocate: an arena per core and thread would only keep freed memory apart.
  mallopt(M_ARENA_MAX, 2);
  // Debian builds abseil with its search for deadlocks, which each lock of gRPC's pays for: a tenth
  // of what a text of a stream costs outside of the model (bench/README.md).
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const auto parsed = quartet::ParseConfig(argc, argv);
  if (const auto* early = std::get_if<quartet::EarlyExit>(&parsed)) {
    (early->code == quartet::kExitClean ? std::cout : std::cerr) << early->text;
    return early->code;
  }
  const auto& config = std::get<quartet::Config>(parsed);
  if (!config.core_dumps) quartet::ForbidCoreDumps();
  if (const absl::Status status = quartet::ConfigureLog(config.log); !status.ok()) {
    std::cerr << "quartet-server: " << status.message() << '\n';
    return quartet::kExitBadConfig;
  }
  return quartet::Serve(config);
}
