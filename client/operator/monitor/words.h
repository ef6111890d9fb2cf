// Figures as an operator reads them. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_MONITOR_WORDS_H_
#define QUARTET_CLIENT_OPERATOR_MONITOR_WORDS_H_

#include <optional>
#include <string>

#include "operator/monitor/watched_server.h"

namespace quartet {

std::string Milliseconds(std::optional<double> seconds);  // "12.1 ms"; nullopt: "-"
std::string Megabytes(double bytes);                      // "235 MB"; below 10: "2.3 MB"
std::string Age(double seconds);                          // "42 s", "3 h 12 min", "5 d 3 h"

// With '?' for every control character: what comes from elsewhere may not steer the terminal.
std::string Printable(std::string text);

// Of a server whose last scrape failed: "no metrics for 12 s", or "no metrics yet".
std::string NoMetrics(const WatchedServer& server, WatchedServer::Time now);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_MONITOR_WORDS_H_
