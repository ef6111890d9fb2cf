// What the monitor prints where there is no terminal. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_MONITOR_LINE_H_
#define QUARTET_CLIENT_OPERATOR_MONITOR_LINE_H_

#include <string>

#include "operator/monitor/watched_server.h"

namespace quartet {

// The worst severity, figures, and the finding that is worst; or why the last scrape failed. Holds
// no control character. Needs two good scrapes, or that the last one failed.
std::string LineOf(const WatchedServer& server, WatchedServer::Time now);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_MONITOR_LINE_H_
