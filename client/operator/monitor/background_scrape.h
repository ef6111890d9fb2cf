// A scrape beside the thread that wants it, which draws and listens to keys meanwhile.
#ifndef QUARTET_CLIENT_OPERATOR_MONITOR_BACKGROUND_SCRAPE_H_
#define QUARTET_CLIENT_OPERATOR_MONITOR_BACKGROUND_SCRAPE_H_

#include <chrono>
#include <future>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "operator/metrics_page.h"

namespace quartet {

struct TimedScrape {
  absl::StatusOr<MetricsPage> page;
  std::chrono::steady_clock::time_point ended;
};

// As Scrape, which it calls. Rates want the time at once, not when somebody looks at the page.
TimedScrape ScrapeNow(const std::string& address, std::stop_token stop = {});

// At most one scrape at a time. For one thread. Dying takes up to a second, of a server that hangs.
class BackgroundScrape {
 public:
  explicit BackgroundScrape(std::string address) : address_(std::move(address)) {}
  ~BackgroundScrape() { stop_.request_stop(); }
  BackgroundScrape(const BackgroundScrape&) = delete;
  BackgroundScrape& operator=(const BackgroundScrape&) = delete;

  // From Start until its result was taken.
  bool IsRunning() const { return running_.valid(); }
  // Needs that none is running.
  void Start();
  // nullopt: none is running, or it has not ended yet.
  std::optional<TimedScrape> Take();

 private:
  const std::string address_;
  std::stop_source stop_;
  std::future<TimedScrape> running_;  // the last: its destructor waits
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_MONITOR_BACKGROUND_SCRAPE_H_
