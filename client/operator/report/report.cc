#include "operator/report/report.h"

#include "operator/report/advice.h"

namespace quartet {

Report ReportOf(const MetricsPage& before, const MetricsPage& after, double seconds, double now) {
  const MetricsPage nothing;
  const char* start = "process_start_time_seconds";
  Report report;
  report.identity = IdentityOf(after, now);
  report.restarted = before.Sum(start) != after.Sum(start);
  const MetricsPage& earlier = report.restarted ? nothing : before;
  const Interval interval(earlier, after, seconds);
  report.resources = ResourcesOf(interval, earlier, after);
  report.since_start = TrafficOf(Interval(nothing, after, report.identity.uptime));
  report.interval = TrafficOf(interval);
  report.findings = FindingsOf(earlier, after, seconds);
  const bool enough = report.interval.all_calls >= kEnoughCalls;
  report.advice = AdviceOf(report.identity.precision, report.resources,
                           enough ? report.interval : report.since_start);
  return report;
}

}  // namespace quartet
