#include "operator/monitor/watched_server.h"

#include <utility>

namespace quartet {
namespace {

// A server of version 0.1.0 tells its start time a little differently at each scrape.
bool HasRestarted(const MetricsPage& before, const MetricsPage& after) {
  constexpr char kStartTime[] = "process_start_time_seconds";
  constexpr double kClockNoise = 0.5;
  return after.Sum(kStartTime).value_or(0) > before.Sum(kStartTime).value_or(0) + kClockNoise;
}

double Seconds(WatchedServer::Time from, WatchedServer::Time to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

void WatchedServer::Add(absl::StatusOr<MetricsPage> scrape, Time ended) {
  status_ = scrape.status();
  if (!scrape.ok()) return;
  const bool is_first = !scraped_.has_value();
  before_ = HasRestarted(after_, *scrape) ? MetricsPage() : std::move(after_);
  after_ = *std::move(scrape);
  seconds_ = is_first ? 0 : Seconds(*scraped_, ended);
  scraped_ = ended;
  Remember();
}

std::optional<Interval> WatchedServer::LastInterval() const {
  if (seconds_ <= 0) return std::nullopt;
  return Interval(before_, after_, seconds_);
}

std::vector<Finding> WatchedServer::Findings() const {
  if (seconds_ <= 0) return {};
  return FindingsOf(before_, after_, seconds_);
}

std::optional<double> WatchedServer::SecondsSinceScrape(Time now) const {
  if (!scraped_) return std::nullopt;
  return Seconds(*scraped_, now);
}

void WatchedServer::Remember() {
  const std::optional<Interval> interval = LastInterval();
  if (!interval) return;
  moments_.push_back(
      {interval->PerSecond("grpc_server_handled_total", kEmbedCalls),
       interval->Quantile("grpc_server_handling_seconds", 0.95, kEmbedCalls).value_or(0)});
  if (moments_.size() > kMomentsKept) moments_.pop_front();
}

}  // namespace quartet
