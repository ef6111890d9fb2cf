#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "operator/report/report.h"

namespace quartet {
namespace {

std::string Row(const std::string& name, const std::string& value) {
  return absl::StrCat("| ", name, " | ", value, " |\n");
}

std::string Table(const std::string& title) {
  return absl::StrCat("\n## ", title, "\n\n| what | value |\n| --- | --- |\n");
}

std::string Megabytes(double bytes) {
  return std::isinf(bytes) ? "none" : absl::StrFormat("%.0f MB", bytes / 1e6);
}

std::string Limit(double limit, int digits) {
  return std::isinf(limit) ? "none" : absl::StrFormat("%.*f", digits, limit);
}

std::string Milliseconds(const std::optional<double>& seconds) {
  return seconds ? absl::StrFormat("%.1f", *seconds * 1e3) : "-";
}

// "OK 12, Internal 1"; "none".
std::string Counts(const std::map<std::string, double>& counts) {
  const std::string text = absl::StrJoin(
      counts, ", ", [](std::string* out, const std::pair<const std::string, double>& entry) {
        absl::StrAppend(out, entry.first, " ", std::llround(entry.second));
      });
  return text.empty() ? "none" : text;
}

std::string Seconds(const std::map<std::string, double>& seconds) {
  const std::string text = absl::StrJoin(
      seconds, ", ", [](std::string* out, const std::pair<const std::string, double>& entry) {
        absl::StrAppendFormat(out, "%s %.3f s", entry.first, entry.second);
      });
  return text.empty() ? "none" : text;
}

std::string WhatRuns(const Report& report) {
  const Identity& server = report.identity;
  const absl::Time start = absl::UnixEpoch() + absl::Seconds(server.start_time);
  return absl::StrCat(
      Table("What runs"), Row("version", server.version),
      Row("model", absl::StrCat(server.model, " ", server.revision)),
      Row("fingerprint", server.fingerprint), Row("precision", server.precision),
      Row("tokenizer", server.tokenizer),
      Row("started", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", start, absl::UTCTimeZone())),
      Row("uptime", absl::FormatDuration(absl::Seconds(std::round(server.uptime)))),
      Row("start-up", Seconds(server.startup)));
}

std::string WhatItUses(const Resources& used) {
  return absl::StrCat(
      Table("Resources"), Row("memory, working set", Megabytes(used.working_set)),
      Row("memory limit", Megabytes(used.memory_limit)), Row("resident", Megabytes(used.resident)),
      Row("heap kept", Megabytes(used.heap_kept)),
      Row("CPU", absl::StrFormat("%.2f cores", used.cores)),
      Row("CPU limit", Limit(used.cpu_limit, 2)),
      Row("throttled", used.throttled
                           ? absl::StrFormat("%.0f %% of the periods", 100 * *used.throttled)
                           : "no quota"),
      Row("descriptors",
          absl::StrFormat("%.0f of %s", used.descriptors, Limit(used.descriptor_limit, 0))),
      Row("threads", absl::StrCat(std::llround(used.threads))),
      Row("pressure", Seconds(used.pressure)),
      Row("memory events of the control group", Counts(used.memory_events)));
}

// A row of the table with two columns of figures.
template <typename Figure>
std::string Both(const Report& report, const char* name, Figure figure) {
  return absl::StrCat("| ", name, " | ", figure(report.since_start), " | ", figure(report.interval),
                      " |\n");
}

std::string Whole(double number) { return absl::StrCat(std::llround(number)); }

std::string WhatItDid(const Report& report) {
  using T = Traffic;
  const auto both = [&](const char* name, auto figure) { return Both(report, name, figure); };
  return absl::StrCat(
      absl::StrFormat("\n## Traffic\n\n| what | since start | in %.1f s |\n| --- | --- | --- |\n",
                      report.interval.seconds),
      both("calls by code", [](const T& t) { return Counts(t.calls); }),
      both("texts", [](const T& t) { return Whole(t.texts); }),
      both("texts/s",
           [](const T& t) {
             return absl::StrFormat("%.1f", t.seconds > 0 ? t.texts / t.seconds : 0);
           }),
      both("tokens", [](const T& t) { return Whole(t.tokens); }),
      both("tokens a text", [](const T& t) { return absl::StrFormat("%.1f", t.TokensPerText()); }),
      both("cut texts", [](const T& t) { return Whole(t.truncated); }),
      both("forwards", [](const T& t) { return Whole(t.forwards); }),
      both("texts a forward", [](const T& t) { return absl::StrFormat("%.2f", t.MeanBatch()); }),
      both("refused calls", [](const T& t) { return Counts(t.refusals); }),
      both("cancelled texts", [](const T& t) { return Whole(t.cancelled); }),
      both("expired texts", [](const T& t) { return Whole(t.expired); }),
      both("failed forwards", [](const T& t) { return Whole(t.failed_forwards); }),
      both("p50 ms, refused calls too", [](const T& t) { return Milliseconds(t.latency_p50); }),
      both("p95 ms, likewise", [](const T& t) { return Milliseconds(t.latency_p95); }),
      both("p99 ms, likewise", [](const T& t) { return Milliseconds(t.latency_p99); }),
      both("tokenizing, p95 ms", [](const T& t) { return Milliseconds(t.tokenize_p95); }),
      both("queue, p95 ms", [](const T& t) { return Milliseconds(t.queue_p95); }),
      both("forward, p95 ms", [](const T& t) { return Milliseconds(t.inference_p95); }));
}

std::string WhatToThink(const Report& report) {
  std::string text = "\n## Findings\n\n| subject | severity | what |\n| --- | --- | --- |\n";
  for (const Finding& finding : report.findings) {
    absl::StrAppend(&text, "| ", finding.subject, " | ", NameOf(finding.severity), " | ",
                    finding.text, " |\n");
  }
  absl::StrAppend(&text, "\n## Advice\n\n");
  if (report.advice.empty()) absl::StrAppend(&text, "Nothing to do.\n");
  for (const std::string& advice : report.advice) absl::StrAppend(&text, "- ", advice, "\n");
  return text;
}

}  // namespace

std::string ReportAsMarkdown(const Report& report, const std::string& address) {
  return absl::StrCat("# Quartet at ", address, ": ", NameOf(Worst(report.findings)), "\n",
                      report.restarted ? "\nIt restarted while this was measured.\n" : "",
                      WhatRuns(report), WhatItUses(report.resources), WhatItDid(report),
                      WhatToThink(report));
}

}  // namespace quartet
