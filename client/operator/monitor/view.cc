#include "operator/monitor/view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "operator/monitor/words.h"

namespace quartet {
namespace {

std::string ServerLine(const MetricsPage& page, double unix_seconds) {
  Labels model = page.LabelsOf("quartet_model_info");
  Labels build = page.LabelsOf("quartet_build_info");
  const double started = page.Sum("process_start_time_seconds").value_or(unix_seconds);
  return Printable(absl::StrCat(model["name"], ", ", model["precision"], "; version ",
                                build["version"], "; up ", Age(unix_seconds - started)));
}

Row StatusOf(const MonitorOptions& options, const WatchedServer& server, const Now& now) {
  Row row = {.label = "status"};
  if (!server.status().ok()) {
    row.severity = Severity::kCritical;
    row.text = NoMetrics(server, now.monotonic);
    if (server.LastInterval()) row.text += "; what is below is old";
  } else if (!server.LastInterval()) {
    row.text = absl::StrFormat("rates come with the second scrape, in %g s", options.seconds);
  } else {
    row.severity = Worst(server.Findings());
    row.text =
        absl::StrFormat("scraped %s ago, every %g s",
                        Age(server.SecondsSinceScrape(now.monotonic).value_or(0)), options.seconds);
  }
  return row;
}

// Part of a limit, where there is one.
std::optional<double> PartOf(double limit, double used) {
  if (std::isinf(limit) || limit <= 0) return std::nullopt;
  return std::clamp(used / limit, 0.0, 1.0);
}

Row MemoryDetail(const Interval& interval) {
  const double used = interval.Now("quartet_cgroup_memory_working_set_bytes");
  return {.text = absl::StrFormat("working set %s, heap kept %s", Megabytes(used),
                                  Megabytes(interval.Now("quartet_heap_kept_bytes"))),
          .bar = PartOf(interval.Now("quartet_cgroup_memory_limit_bytes"), used)};
}

Row CpuDetail(const Interval& interval) {
  const double cores = interval.PerSecond("process_cpu_seconds_total");
  return {.text = absl::StrFormat("%.2f cores", cores),
          .bar = PartOf(interval.Now("quartet_cgroup_cpu_limit_cores"), cores)};
}

Row Calls(const Interval& interval) {
  return {.label = "calls",
          .text = absl::StrFormat("%.1f/s, %.1f texts/s",
                                  interval.PerSecond("grpc_server_handled_total", kEmbedCalls),
                                  interval.PerSecond("quartet_text_tokens_count"))};
}

std::string Percentiles(const Interval& interval) {
  const auto latency = [&](double quantile) {
    return Milliseconds(interval.Quantile("grpc_server_handling_seconds", quantile, kEmbedCalls));
  };
  return absl::StrFormat("p50 %s, p95 %s, p99 %s", latency(0.5), latency(0.95), latency(0.99));
}

Row Stages(const Interval& interval) {
  const auto p95 = [&](const char* name) { return Milliseconds(interval.Quantile(name, 0.95)); };
  return {.label = "stages",
          .text = absl::StrFormat("p95 tokenize %s, queue %s, inference %s",
                                  p95("quartet_tokenize_seconds"), p95("quartet_queue_seconds"),
                                  p95("quartet_inference_seconds"))};
}

Row Batches(const Interval& interval) {
  const double forwards = interval.Grown("quartet_batch_items_count");
  if (forwards <= 0) return {.label = "batches", .text = "no forwards"};
  return {.label = "batches",
          .text = absl::StrFormat("%.1f texts, %.0f tokens a forward; %.1f forwards/s",
                                  interval.Grown("quartet_batch_items_sum") / forwards,
                                  interval.Grown("quartet_batch_tokens_sum") / forwards,
                                  forwards / interval.seconds())};
}

// A sparkline of one member of the moments, and where its top is.
Row History(const std::deque<Moment>& moments, double Moment::*member,
            std::string (*highest_in_words)(double)) {
  double highest = 0;
  for (const Moment& moment : moments) highest = std::max(highest, moment.*member);
  Row row = {.text = absl::StrCat("up to ", highest_in_words(highest))};
  for (const Moment& moment : moments) {
    row.history.push_back(highest > 0 ? moment.*member / highest : 0);
  }
  return row;
}

std::string PerSecond(double rate) { return absl::StrFormat("%.1f/s", rate); }
std::string AsMilliseconds(double seconds) { return Milliseconds(seconds); }

// The findings by subject, each once: what no row has asked for is left for the end.
class Findings {
 public:
  explicit Findings(std::vector<Finding> findings) : findings_(std::move(findings)) {}

  Row Take(const std::string& subject) {
    const auto found = std::find_if(findings_.begin(), findings_.end(),
                                    [&](const Finding& f) { return f.subject == subject; });
    if (found == findings_.end()) return {.label = subject};
    Row row = {.label = subject, .severity = found->severity, .text = found->text};
    findings_.erase(found);
    return row;
  }

  void TakeRest(std::vector<Row>& rows) {
    while (!findings_.empty()) rows.push_back(Take(findings_.front().subject));
  }

 private:
  std::vector<Finding> findings_;
};

std::vector<Row> ResourceRows(const Interval& interval, Findings& findings) {
  std::vector<Row> rows = {findings.Take("serving"), findings.Take("memory"),
                           MemoryDetail(interval), findings.Take("cpu")};
  // Without a limit the finding has said it all.
  if (const Row cpu = CpuDetail(interval); cpu.bar) rows.push_back(cpu);
  rows.push_back(findings.Take("throttling"));
  return rows;
}

std::vector<Row> CallRows(const Interval& interval, Findings& findings,
                          const std::deque<Moment>& moments) {
  Row refusals = findings.Take("refusals");
  const double refused = interval.PerSecond("quartet_rejected_total");
  refusals.text = absl::StrCat(PerSecond(refused), ", ", refusals.text);
  Row errors = findings.Take("errors");
  const double failed = FailedCalls(interval) / interval.seconds();
  errors.text = absl::StrCat(PerSecond(failed), ", ", errors.text);
  return {Calls(interval), History(moments, &Moment::calls_per_second, &PerSecond), refusals,
          errors};
}

std::vector<Row> TimeRows(const Interval& interval, Findings& findings,
                          const std::deque<Moment>& moments) {
  Row latency = findings.Take("latency");
  latency.text = Percentiles(interval);
  Row queue = findings.Take("queue");
  absl::StrAppendFormat(&queue.text, ", %.0f tokens", interval.Now("quartet_queue_tokens"));
  return {latency, History(moments, &Moment::p95_seconds, &AsMilliseconds), Stages(interval),
          Batches(interval), queue};
}

std::vector<Row> RowsOf(const WatchedServer& server, const Interval& interval) {
  Findings findings(server.Findings());
  std::vector<Row> rows = ResourceRows(interval, findings);
  for (const std::vector<Row>& group : {CallRows(interval, findings, server.moments()),
                                        TimeRows(interval, findings, server.moments())}) {
    rows.push_back({});
    rows.insert(rows.end(), group.begin(), group.end());
  }
  findings.TakeRest(rows);
  return rows;
}

}  // namespace

View ViewOf(const MonitorOptions& options, const WatchedServer& server, const Now& now) {
  View view = {.title = Printable(absl::StrCat("quartet monitor  ", options.metrics)),
               .status = StatusOf(options, server, now),
               .failure = Printable(std::string(server.status().message()))};
  if (server.SecondsSinceScrape(now.monotonic)) {
    view.server = ServerLine(server.page(), now.unix_seconds);
  }
  const std::optional<Interval> interval = server.LastInterval();
  if (interval) view.rows = RowsOf(server, *interval);
  if (!server.status().ok()) {
    for (Row& row : view.rows) row.severity.reset();
  }
  return view;
}

}  // namespace quartet
