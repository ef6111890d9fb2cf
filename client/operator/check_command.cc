#include "operator/check_command.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "operator/findings.h"
#include "operator/http_get.h"
#include "operator/metrics_page.h"

namespace quartet {
namespace {

absl::StatusOr<MetricsPage> Scrape(const std::string& address) {
  const absl::StatusOr<std::string> page = HttpGet(absl::StrCat("http://", address, "/metrics"));
  if (!page.ok()) return page.status();
  return MetricsPage::Parse(*page);
}

absl::StatusOr<std::vector<Finding>> Look(const CheckOptions& options) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const absl::StatusOr<MetricsPage> before = Scrape(options.metrics);
  if (!before.ok()) return before.status();
  std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds));
  const absl::StatusOr<MetricsPage> after = Scrape(options.metrics);
  if (!after.ok()) return after.status();
  const std::chrono::duration<double> between = Clock::now() - start;
  return FindingsOf(*before, *after, between.count());
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

}  // namespace quartet
