#include "operator/logs/log_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace quartet {
namespace {

using nlohmann::ordered_json;

std::string Line(const std::string& label, const std::string& text) {
  return absl::StrFormat("%-14s%s\n", label, text);
}

std::vector<std::pair<std::string, std::uint64_t>> MostFirst(const BoundedCounts& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.counts().begin(),
                                                            counts.counts().end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& one, const auto& other) { return one.second > other.second; });
  return sorted;
}

// "queue_full 12, memory 3"; "none".
std::string CountsText(const BoundedCounts& counts) {
  const std::string text = absl::StrJoin(MostFirst(counts), ", ", absl::PairFormatter(" "));
  return text.empty() ? "none" : text;
}

// A line each, the most frequent first: reasons are long.
std::string KindsText(const char* label, const BoundedCounts& counts) {
  std::string text = Line(label, counts.counts().empty() ? "none" : absl::StrCat(counts.Total()));
  for (const auto& [kind, count] : MostFirst(counts)) {
    text += absl::StrFormat("  %10d  %s\n", count, kind);
  }
  return text;
}

std::string SpanText(const LogSummary& summary) {
  if (summary.first_time().empty()) return "no time";
  absl::Time first;
  absl::Time last;
  const bool are_times =
      absl::ParseTime(absl::RFC3339_full, summary.first_time(), &first, nullptr) &&
      absl::ParseTime(absl::RFC3339_full, summary.last_time(), &last, nullptr);
  return absl::StrCat(summary.first_time(), " to ", summary.last_time(),
                      are_times ? absl::StrCat(", ", absl::FormatDuration(last - first)) : "");
}

std::string NotJsonText(const LogSummary& summary) {
  std::string text = absl::StrCat(summary.not_json(), " lines");
  if (summary.text_lines() > 0) {
    absl::StrAppend(&text, ", ", summary.text_lines(),
                    " of them the server's as text: it needs --log-format json");
  }
  return text;
}

std::string SlowText(const LogSummary& summary) {
  std::string text =
      Line("slow calls", summary.slow_calls() == 0 ? "none" : absl::StrCat(summary.slow_calls()));
  for (const SlowCall& call : summary.Slowest()) {
    text += absl::StrFormat("  %10.0f ms  %s %s %s %s\n", call.milliseconds, call.time, call.method,
                            call.code, call.request_id);
  }
  return text;
}

std::string StatesText(const LogSummary& summary) {
  const std::size_t shown = summary.states().size();
  std::string count = shown == 0 ? "none" : absl::StrCat(shown + summary.earlier_states());
  if (summary.earlier_states() > 0) absl::StrAppend(&count, ", the last ", shown);
  std::string text = Line("states", count);
  for (const StateChange& state : summary.states()) {
    text += absl::StrFormat("  %s  %s%s\n", state.time, state.event,
                            state.detail.empty() ? "" : ": " + state.detail);
  }
  return text;
}

ordered_json CountsJson(const BoundedCounts& counts) {
  ordered_json json = ordered_json::object();
  for (const auto& [kind, count] : MostFirst(counts)) json[kind] = count;
  return json;
}

ordered_json SlowJson(const LogSummary& summary) {
  ordered_json json = ordered_json::array();
  for (const SlowCall& call : summary.Slowest()) {
    json.push_back({{"milliseconds", call.milliseconds},
                    {"time", call.time},
                    {"request_id", call.request_id},
                    {"method", call.method},
                    {"code", call.code}});
  }
  return json;
}

ordered_json StatesJson(const LogSummary& summary) {
  ordered_json json = ordered_json::array();
  for (const StateChange& state : summary.states()) {
    json.push_back({{"time", state.time}, {"event", state.event}, {"detail", state.detail}});
  }
  return json;
}

}  // namespace

std::string LogReportAsText(const LogSummary& summary) {
  const Lives& lives = summary.lives();
  std::string text = Line("lines", absl::StrCat(summary.lines(), ", ", SpanText(summary)));
  text += Line("levels", CountsText(summary.levels()));
  text += Line("not JSON", NotJsonText(summary));
  text += Line("restarts", absl::StrFormat("%d clean, %d unclean", lives.clean_restarts(),
                                           lives.unclean_restarts()));
  text += KindsText("failed starts", summary.failed_starts());
  text += KindsText("errors", summary.errors());
  text += Line("refused calls", CountsText(summary.refusals()));
  text += SlowText(summary);
  text += StatesText(summary);
  return text;
}

std::string LogReportAsJson(const LogSummary& summary) {
  const ordered_json json = {
      {"lines", summary.lines()},
      {"not_json", summary.not_json()},
      {"text_lines", summary.text_lines()},
      {"first_time", summary.first_time()},
      {"last_time", summary.last_time()},
      {"levels", CountsJson(summary.levels())},
      {"restarts",
       {{"clean", summary.lives().clean_restarts()},
        {"unclean", summary.lives().unclean_restarts()}}},
      {"failed_starts", CountsJson(summary.failed_starts())},
      {"errors", CountsJson(summary.errors())},
      {"refused_calls", CountsJson(summary.refusals())},
      {"slow_calls", summary.slow_calls()},
      {"slowest", SlowJson(summary)},
      {"earlier_states", summary.earlier_states()},
      {"states", StatesJson(summary)},
  };
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace quartet
