#include "operator/monitor/monitor_command.h"

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "operator/monitor/background_scrape.h"
#include "operator/monitor/ending_signals.h"
#include "operator/monitor/line.h"
#include "operator/monitor/monitor_options.h"
#include "operator/monitor/screen.h"
#include "operator/monitor/view.h"
#include "operator/monitor/watched_server.h"

namespace quartet {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMillisecondsToKey = 100;

std::chrono::nanoseconds IntervalOf(const MonitorOptions& options) {
  return std::chrono::nanoseconds(static_cast<long>(options.seconds * 1e9));
}

// The first good scrape has no line of its own; each other one has, and each failure.
void RunInLines(const MonitorOptions& options, std::ostream& out) {
  WatchedServer server;
  for (int lines = 0;;) {
    const auto next = Clock::now() + IntervalOf(options);
    TimedScrape scrape = ScrapeNow(options.metrics);
    server.Add(std::move(scrape.page), scrape.ended);
    if (!server.status().ok() || server.LastInterval()) {
      out << absl::FormatTime("%Y-%m-%dT%H:%M:%SZ  ", absl::Now(), absl::UTCTimeZone())
          << LineOf(server, Clock::now()) << std::endl;
      if (++lines == options.count) return;
    }
    std::this_thread::sleep_until(next);
  }
}

void RunOnScreen(const MonitorOptions& options, Screen& screen) {
  WatchedServer server;
  BackgroundScrape scrape(options.metrics);
  auto next = Clock::now();
  int shown = 0;
  do {
    if (!scrape.IsRunning() && Clock::now() >= next) {
      next = Clock::now() + IntervalOf(options);
      scrape.Start();
    }
    if (std::optional<TimedScrape> scraped = scrape.Take()) {
      server.Add(std::move(scraped->page), scraped->ended);
      if (!server.status().ok() || server.LastInterval()) ++shown;
    }
    const double unix_seconds = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
    screen.Paint(ViewOf(options, server, {Clock::now(), unix_seconds}));
  } while ((options.count == 0 || shown < options.count) && !screen.IsToEnd(kMillisecondsToKey) &&
           !EndingSignals::HasCome());
}

void RunMonitor(const MonitorOptions& options) {
  {
    const EndingSignals signals;  // before ncurses, which would end the process on its own
    const absl::StatusOr<std::unique_ptr<Screen>> screen = Screen::Open();
    if (screen.ok()) return RunOnScreen(options, **screen);
  }
  RunInLines(options, std::cout);
}

}  // namespace

void AddMonitorCommand(CLI::App& tool, int& exit_code) {
  const auto options = std::make_shared<MonitorOptions>();
  CLI::App* command = tool.add_subcommand(
      "monitor", "Figures and findings again and again: a screen, or lines where none is");
  command->add_option("--metrics", options->metrics, "The server's --metrics-listen address")
      ->type_name("HOST:PORT");
  command->add_option("--seconds", options->seconds, "From one look to the next")
      ->check(CLI::Range(0.1, 3600.0));
  command->add_option("--count", options->count, "Ends after so many looks; 0: goes on")
      ->check(CLI::Range(0, 1000000000));
  command->callback([options, &exit_code] {
    RunMonitor(*options);
    exit_code = 0;
  });
}

}  // namespace quartet
