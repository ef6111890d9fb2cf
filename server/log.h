// Log lines: an event and its facts, as text for people or JSON for collectors, on standard error.
//
//   2026-11-24T02:04:27.123Z info ready address=0.0.0.0:50051 threads=2
//   {"time":"2026-11-24T02:04:27.123Z","level":"info","event":"ready","address":"0.0.0.0:50051"…}
#ifndef QUARTET_LOG_H_
#define QUARTET_LOG_H_

#include <initializer_list>
#include <string>
#include <utility>

namespace quartet {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Values never hold a client's text.
using LogFields = std::initializer_list<std::pair<std::string, std::string>>;

// Once, before the first line. Defaults: text, info.
void ConfigureLog(const std::string& format, const std::string& level);

// Thread-safe.
void Log(LogLevel level, const std::string& event, LogFields fields = {});

// One line without its end; a pure function of its arguments.
std::string FormatLogLine(bool as_json, const std::string& time, LogLevel level,
                          const std::string& event, LogFields fields);

}  // namespace quartet

#endif  // QUARTET_LOG_H_
