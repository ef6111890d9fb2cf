// How a server is watched.
#ifndef QUARTET_CLIENT_OPERATOR_MONITOR_MONITOR_OPTIONS_H_
#define QUARTET_CLIENT_OPERATOR_MONITOR_MONITOR_OPTIONS_H_

#include <string>

namespace quartet {

struct MonitorOptions {
  std::string metrics = "localhost:9464";  // host:port
  double seconds = 2;                      // from scrape to scrape
  int count = 0;                           // of lines or screens; 0: until it is ended
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_MONITOR_MONITOR_OPTIONS_H_
