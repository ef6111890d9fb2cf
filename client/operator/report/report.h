// All that two scrapes say of a server. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_REPORT_REPORT_H_
#define QUARTET_CLIENT_OPERATOR_REPORT_REPORT_H_

#include <string>
#include <vector>

#include "operator/findings.h"
#include "operator/report/server_facts.h"
#include "operator/report/traffic.h"

namespace quartet {

struct Report {
  Identity identity;
  Resources resources;
  Traffic since_start;
  Traffic interval;
  bool restarted = false;  // between the scrapes; the interval is then all of the new life
  std::vector<Finding> findings;
  std::vector<std::string> advice;
};

// `seconds`: between the scrapes; `now`: of the second, in seconds since 1970. Advice is about the
// interval, or, with few calls in it, about all since the start.
Report ReportOf(const MetricsPage& before, const MetricsPage& after, double seconds, double now);

// For people: Markdown. `address`: of the server.
std::string ReportAsMarkdown(const Report& report, const std::string& address);

// One object, with the end of a line. What is not known or not limited is null.
std::string ReportAsJson(const Report& report, const std::string& address);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_REPORT_REPORT_H_
