// What the monitor shows, without a terminal: words, severities and parts of a whole. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_MONITOR_VIEW_H_
#define QUARTET_CLIENT_OPERATOR_MONITOR_VIEW_H_

#include <optional>
#include <string>
#include <vector>

#include "operator/findings.h"
#include "operator/monitor/monitor_options.h"
#include "operator/monitor/watched_server.h"

namespace quartet {

// Label, severity, a bar or a history, text: what is empty is left out.
struct Row {
  std::string label;
  std::optional<Severity> severity;
  std::string text;
  std::optional<double> bar;    // part of the whole, 0 to 1
  std::vector<double> history;  // parts of the highest, 0 to 1; the newest is the last
};

struct View {
  std::string title;
  std::string server;     // its model, version and age
  Row status;             // the worst of all, or that the last scrape failed
  std::string failure;    // why it did; else empty
  std::vector<Row> rows;  // of the last good scrape; without severities while scrapes fail
};

struct Now {
  WatchedServer::Time monotonic;
  double unix_seconds = 0;
};

// No text holds a control character, whatever the server has sent.
View ViewOf(const MonitorOptions& options, const WatchedServer& server, const Now& now);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_MONITOR_VIEW_H_
