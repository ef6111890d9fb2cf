#include "operator/monitor/watched_server.h"

#include <utility>

namespace quartet {
namespace {

constexpr char kStartTime[] = "process_start_time_seconds";

double Seconds(WatchedServer::Time from, WatchedServer::Time to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

void WatchedServer::Add(absl::StatusOr<MetricsPage> scrape, Time ended) {
  status_ = scrape.status();
  if (!scrape.ok()) return;
  const bool is_first = !scraped_.has_value();
  const bool has_restarted = scrape->Sum(kStartTime) != after_.Sum(kStartTime);
  before_ = has_restarted ? MetricsPage() : std::move(after_);
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
