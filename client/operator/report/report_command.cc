#include "operator/report/report_command.h"

#include <chrono>
#include <iostream>
#include <memory>

#include "operator/report/report.h"
#include "operator/scrape.h"

namespace quartet {
namespace {

constexpr int kNoMetrics = 2;

double SecondsSince1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

}  // namespace

int RunReport(const ReportOptions& options, std::ostream& out, std::ostream& errors) {
  const absl::StatusOr<TwoScrapes> scrapes = ScrapeTwice(options.metrics, options.seconds);
  if (!scrapes.ok()) {
    errors << "quartet: --metrics: " << scrapes.status().message() << '\n';
    return kNoMetrics;
  }
  const Report report =
      ReportOf(scrapes->before, scrapes->after, scrapes->seconds, SecondsSince1970());
  out << (options.json ? ReportAsJson(report, options.metrics)
                       : ReportAsMarkdown(report, options.metrics));
  return 0;
}

void AddReportCommand(CLI::App& tool, int& exit_code) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* command = tool.add_subcommand(
      "report", "A page about a server: what runs, what it uses, what it did, and advice");
  command->add_option("--metrics", options->metrics, "The server's --metrics-listen address")
      ->type_name("HOST:PORT");
  command->add_option("--seconds", options->seconds, "Rates are those of so long a time")
      ->check(CLI::Range(0.1, 3600.0));
  command->add_flag("--json", options->json, "One JSON object instead of Markdown");
  command->callback(
      [options, &exit_code] { exit_code = RunReport(*options, std::cout, std::cerr); });
}

}  // namespace quartet
