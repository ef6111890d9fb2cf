#include "operator/monitor/background_scrape.h"

#include <utility>

#include "operator/scrape.h"

namespace quartet {

TimedScrape ScrapeNow(const std::string& address, std::stop_token stop) {
  absl::StatusOr<MetricsPage> page = Scrape(address, std::move(stop));
  return {std::move(page), std::chrono::steady_clock::now()};
}

void BackgroundScrape::Start() {
  running_ = std::async(std::launch::async, &ScrapeNow, address_, stop_.get_token());
}

std::optional<TimedScrape> BackgroundScrape::Take() {
  if (!running_.valid() ||
      running_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    return std::nullopt;
  }
  return running_.get();
}

}  // namespace quartet
