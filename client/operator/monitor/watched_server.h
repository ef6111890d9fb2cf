// What a monitor remembers of the server that it watches. Pure: time comes in with each scrape.
#ifndef QUARTET_CLIENT_OPERATOR_MONITOR_WATCHED_SERVER_H_
#define QUARTET_CLIENT_OPERATOR_MONITOR_WATCHED_SERVER_H_

#include <chrono>
#include <deque>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "operator/findings.h"
#include "operator/interval.h"
#include "operator/metrics_page.h"

namespace quartet {

// A moment of the past.
struct Moment {
  double calls_per_second = 0;
  double p95_seconds = 0;  // 0: no calls
};

inline constexpr std::size_t kMomentsKept = 40;

class WatchedServer {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // A scrape, good or failed, and when it ended. The first good one only says where counting
  // starts. Of a server that has restarted since the last one, all that it has counted is new.
  void Add(absl::StatusOr<MetricsPage> scrape, Time ended);

  // What lies between the last two good scrapes, until the next Add; nullopt before there are two.
  std::optional<Interval> LastInterval() const;
  std::vector<Finding> Findings() const;  // of it; empty before there are two

  const MetricsPage& page() const { return after_; }              // the last good one
  const absl::Status& status() const { return status_; }          // of the last scrape
  const std::deque<Moment>& moments() const { return moments_; }  // the newest is the last
  // Since the last good scrape; nullopt before the first.
  std::optional<double> SecondsSinceScrape(Time now) const;

 private:
  void Remember();

  MetricsPage before_;
  MetricsPage after_;
  double seconds_ = 0;  // between the two; 0: there is only one
  std::optional<Time> scraped_;
  absl::Status status_;
  std::deque<Moment> moments_;
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_MONITOR_WATCHED_SERVER_H_
