// One line of a server's log (server/log.h). Pure.
#ifndef QUARTET_CLIENT_OPERATOR_LOGS_LOG_LINE_H_
#define QUARTET_CLIENT_OPERATOR_LOGS_LOG_LINE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace quartet {

struct LogLine {
  std::string time;  // RFC 3339, UTC
  std::string level;
  std::string event;
  std::map<std::string, std::string> fields;  // the rest; numbers and others as JSON writes them
};

// A line of --log-format=json, also with what collectors put before it (kubectl's and the
// container runtimes' time and stream, compose's name) or around it (Docker's
// {"log":"...","stream":"stderr"}). nullopt: it is none.
std::optional<LogLine> ParseLogLine(std::string_view line);

// A line of --log-format=text: its time, its level.
bool IsTextLogLine(std::string_view line);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_LOGS_LOG_LINE_H_
