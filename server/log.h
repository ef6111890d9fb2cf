// Log lines: an event and its facts, as text for people or JSON for collectors, on standard error
// or in a file.
//
//   2026-11-24T02:04:27.123Z info ready address=0.0.0.0:50051 threads=2
//   {"time":"2026-11-24T02:04:27.123Z","level":"info","event":"ready","address":"0.0.0.0:50051"…}
#ifndef QUARTET_LOG_H_
#define QUARTET_LOG_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/clock.h"

namespace quartet {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Values never hold a client's text.
using LogFields = std::vector<std::pair<std::string, std::string>>;

struct LogOptions {
  std::string format = "auto";  // "text", "json"; "auto": text on a terminal, else JSON
  std::string level = "info";   // "debug", "info", "warning" or "error"
  std::string file = "none";    // "none": standard error
};

// Once, before the first line. INVALID_ARGUMENT: the file can't be opened for appending.
absl::Status ConfigureLog(const LogOptions& options);

// The rest is thread-safe.
void Log(LogLevel level, const std::string& event, const LogFields& fields = {});

// How values are written: "110MB", "0.412".
std::string InMegabytes(std::int64_t bytes);
std::string InSeconds(Duration duration);

void SetLogLevel(const std::string& level);

// Opens the file again by its name, which may be another one's by now (log rotation). On failure
// the old one stays, and a line says so.
void ReopenLog();

// One line without its end; a pure function of its arguments.
std::string FormatLogLine(bool as_json, const std::string& time, LogLevel level,
                          const std::string& event, const LogFields& fields);

}  // namespace quartet

#endif  // QUARTET_LOG_H_
