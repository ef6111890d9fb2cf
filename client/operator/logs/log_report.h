// A log's summary for people, and as JSON.
#ifndef QUARTET_CLIENT_OPERATOR_LOGS_LOG_REPORT_H_
#define QUARTET_CLIENT_OPERATOR_LOGS_LOG_REPORT_H_

#include <string>

#include "operator/logs/log_summary.h"

namespace quartet {

// Each ends with the end of a line.
std::string LogReportAsText(const LogSummary& summary);
std::string LogReportAsJson(const LogSummary& summary);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_LOGS_LOG_REPORT_H_
