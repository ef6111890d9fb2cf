#include "operator/check_command.h"

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/str_format.h"
#include "operator/findings.h"
#include "operator/scrape.h"

namespace quartet {
namespace {

absl::StatusOr<std::vector<Finding>> Look(const CheckOptions& options) {
  const absl::StatusOr<TwoScrapes> scrapes = ScrapeTwice(options.metrics, options.seconds);
  if (!scrapes.ok()) return scrapes.status();
  return FindingsOf(scrapes->before, scrapes->after, scrapes->seconds);
}

void PrintLines(const std::vector<Finding>& findings, std::ostream& out) {
  for (const Finding& finding : findings) {
    out << absl::StrFormat("%-9s %-12s %s\n", NameOf(finding.severity), finding.subject,
                           finding.text);
  }
}

void PrintJson(const std::vector<Finding>& findings, std::ostream& out) {
  nlohmann::ordered_json json = {{"status", NameOf(Worst(findings))}};
  for (const Finding& finding : findings) {
    json["findings"].push_back({{"severity", NameOf(finding.severity)},
                                {"subject", finding.subject},
                                {"text", finding.text}});
  }
  out << json.dump() << '\n';
}

}  // namespace

int RunCheck(const CheckOptions& options, std::ostream& out) {
  absl::StatusOr<std::vector<Finding>> looked = Look(options);
  const std::vector<Finding> findings =
      looked.ok() ? *std::move(looked)
                  : std::vector<Finding>{
                        {Severity::kCritical, "metrics", std::string(looked.status().message())}};
  if (options.json) {
    PrintJson(findings, out);
  } else {
    PrintLines(findings, out);
  }
  return static_cast<int>(Worst(findings));
}

void AddCheckCommand(CLI::App& tool, int& exit_code) {
  const auto options = std::make_shared<CheckOptions>();
  CLI::App* command = tool.add_subcommand(
      "check", "One line a finding; exit code 0: normal, 1: a warning, 2: something critical");
  command->add_option("--metrics", options->metrics, "The server's --metrics-listen address")
      ->type_name("HOST:PORT");
  command->add_option("--seconds", options->seconds, "Rates are those of so long a time")
      ->check(CLI::Range(0.1, 3600.0));
  command->add_flag("--json", options->json, "One JSON object instead of lines");
  command->callback([options, &exit_code] { exit_code = RunCheck(*options, std::cout); });
}

}  // namespace quartet
