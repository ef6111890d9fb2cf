// What a log of any length says, in bounded memory.
#ifndef QUARTET_CLIENT_OPERATOR_LOGS_LOG_SUMMARY_H_
#define QUARTET_CLIENT_OPERATOR_LOGS_LOG_SUMMARY_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "operator/logs/bounded_counts.h"
#include "operator/logs/lives.h"
#include "operator/logs/log_line.h"

namespace quartet {

struct SlowCall {
  double milliseconds = 0;
  std::string time;
  std::string request_id;
  std::string method;
  std::string code;
};

struct StateChange {
  std::string time;
  std::string event;
  std::string detail;  // the reason or the signal, or empty
};

class LogSummary {
 public:
  static constexpr std::size_t kMostStates = 100;

  // `most_slow`: so many of the slowest calls are kept.
  explicit LogSummary(std::size_t most_slow) : most_slow_(most_slow) {}

  // One line, without its end. Empty ones don't count.
  void Add(std::string_view line);

  std::uint64_t lines() const { return lines_; }
  std::uint64_t not_json() const { return not_json_; }
  std::uint64_t text_lines() const { return text_lines_; }       // of those: the server's own
  const std::string& first_time() const { return first_time_; }  // earliest; empty: none seen
  const std::string& last_time() const { return last_time_; }
  const BoundedCounts& levels() const { return levels_; }
  const BoundedCounts& errors() const { return errors_; }  // "event: reason", of the level error
  const BoundedCounts& refusals() const { return refusals_; }            // calls by reason
  const BoundedCounts& failed_starts() const { return failed_starts_; }  // by reason
  const Lives& lives() const { return lives_; }
  std::uint64_t slow_calls() const { return slow_calls_; }
  std::vector<SlowCall> Slowest() const;  // the slowest first
  // The last kMostStates, in order, and how many were before them.
  const std::deque<StateChange>& states() const { return states_; }
  std::uint64_t earlier_states() const { return earlier_states_; }

 private:
  void AddEvent(const LogLine& line);
  void AddTime(const std::string& time);
  void AddSlow(const LogLine& line);
  void AddRefusals(const LogLine& line);
  void AddState(const LogLine& line);

  const std::size_t most_slow_;
  std::uint64_t lines_ = 0;
  std::uint64_t not_json_ = 0;
  std::uint64_t text_lines_ = 0;
  std::string first_time_;
  std::string last_time_;
  BoundedCounts levels_;
  BoundedCounts errors_;
  BoundedCounts refusals_;
  BoundedCounts failed_starts_;
  Lives lives_;
  std::uint64_t slow_calls_ = 0;
  std::vector<SlowCall> slowest_;  // a heap, the fastest of them on top
  std::deque<StateChange> states_;
  std::uint64_t earlier_states_ = 0;
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_LOGS_LOG_SUMMARY_H_
