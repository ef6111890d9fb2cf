#include "operator/scrape.h"

#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "operator/http_get.h"

namespace quartet {

absl::StatusOr<MetricsPage> Scrape(const std::string& address, std::stop_token stop) {
  const absl::StatusOr<std::string> page =
      HttpGet(absl::StrCat("http://", address, "/metrics"), std::move(stop));
  if (!page.ok()) return page.status();
  return MetricsPage::Parse(*page);
}

absl::StatusOr<TwoScrapes> ScrapeTwice(const std::string& address, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  absl::StatusOr<MetricsPage> before = Scrape(address);
  if (!before.ok()) return before.status();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  absl::StatusOr<MetricsPage> after = Scrape(address);
  if (!after.ok()) return after.status();
  const std::chrono::duration<double> between = Clock::now() - start;
  return TwoScrapes{*std::move(before), *std::move(after), between.count()};
}

}  // namespace quartet
