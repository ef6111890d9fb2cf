#include "operator/logs/log_summary.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

// No value is kept longer, so that a strange line can't grow the summary.
constexpr std::size_t kLongestValue = 200;

constexpr std::array<std::string_view, 15> kStateEvents = {"starting",
                                                           "ready",
                                                           "start failed",
                                                           "draining",
                                                           "stopped",
                                                           "stopped without waiting",
                                                           "memory is short",
                                                           "memory is free again",
                                                           "a forward is stuck",
                                                           "lanes work again",
                                                           "the model fails its test",
                                                           "the model is right again",
                                                           "model swapped",
                                                           "old model freed",
                                                           "model refused"};

std::string Field(const LogLine& line, const std::string& name) {
  const auto found = line.fields.find(name);
  return found == line.fields.end() ? "" : found->second.substr(0, kLongestValue);
}

double NumberField(const LogLine& line, const std::string& name) {
  double number = 0;
  return absl::SimpleAtod(Field(line, name), &number) ? number : 0;
}

// The first of the fields that is there.
std::string FirstField(const LogLine& line, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string value = Field(line, name); !value.empty()) return value;
  }
  return "";
}

std::string ErrorKind(const LogLine& line) {
  const std::string detail = FirstField(line, {"code", "reason"});
  return detail.empty() ? line.event : absl::StrCat(line.event, ": ", detail);
}

bool IsSlower(const SlowCall& one, const SlowCall& other) {
  return one.milliseconds > other.milliseconds;
}

}  // namespace

void LogSummary::Add(std::string_view line) {
  if (line.empty()) return;
  ++lines_;
  const std::optional<LogLine> parsed = ParseLogLine(line);
  if (parsed) return AddEvent(*parsed);
  ++not_json_;
  if (IsTextLogLine(line)) ++text_lines_;
}

void LogSummary::AddEvent(const LogLine& line) {
  AddTime(line.time.substr(0, kLongestValue));
  levels_.Add(line.level);
  lives_.Add(line.event);
  if (line.level == "error") errors_.Add(ErrorKind(line));
  if (line.event == "start failed") failed_starts_.Add(Field(line, "reason"));
  if (line.event == "slow call") AddSlow(line);
  if (line.event == "calls refused") AddRefusals(line);
  if (std::find(kStateEvents.begin(), kStateEvents.end(), line.event) != kStateEvents.end()) {
    AddState(line);
  }
}

// Times of one format are ordered as their text is.
void LogSummary::AddTime(const std::string& time) {
  if (time.empty()) return;
  if (first_time_.empty() || time < first_time_) first_time_ = time;
  if (time > last_time_) last_time_ = time;
}

void LogSummary::AddSlow(const LogLine& line) {
  ++slow_calls_;
  slowest_.push_back({NumberField(line, "milliseconds"), line.time.substr(0, kLongestValue),
                      Field(line, "request_id"), Field(line, "method"), Field(line, "code")});
  std::push_heap(slowest_.begin(), slowest_.end(), IsSlower);
  if (slowest_.size() <= most_slow_) return;
  std::pop_heap(slowest_.begin(), slowest_.end(), IsSlower);
  slowest_.pop_back();
}

std::vector<SlowCall> LogSummary::Slowest() const {
  std::vector<SlowCall> sorted = slowest_;
  std::sort(sorted.begin(), sorted.end(), IsSlower);
  return sorted;
}

// Every number of it but the time that it speaks of is a count by reason.
void LogSummary::AddRefusals(const LogLine& line) {
  constexpr double kMostCounted = 1e15;
  for (const auto& [name, value] : line.fields) {
    const double count = NumberField(line, name);
    if (name == "seconds" || !(count >= 1)) continue;
    refusals_.Add(name, static_cast<std::uint64_t>(std::min(count, kMostCounted)));
  }
}

void LogSummary::AddState(const LogLine& line) {
  states_.push_back({line.time.substr(0, kLongestValue), line.event,
                     FirstField(line, {"reason", "signal", "model"})});
  if (states_.size() <= kMostStates) return;
  states_.pop_front();
  ++earlier_states_;
}

}  // namespace quartet
