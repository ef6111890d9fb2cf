#include "log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>

namespace quartet {
namespace {

const char* NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "unknown";
}

// RFC 3339, UTC, milliseconds.
std::string TimeNow() {
  const auto now = std::chrono::system_clock::now();
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     milliseconds);
}

std::shared_ptr<spdlog::logger> MakeLogger(const spdlog::sink_ptr& sink) {
  auto logger = std::make_shared<spdlog::logger>("quartet", sink);
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);  // Log decides
  logger->flush_on(spdlog::level::trace);
  return logger;
}

// The one thing of the process that is global, because a log line may come from anywhere.
struct Output {
  bool as_json = false;  // this and the file are constant once configured
  std::string file = "none";
  std::atomic<spdlog::level::level_enum> level = spdlog::level::info;
  // Another one after the file was opened again; a line that is being written keeps its own.
  std::atomic<std::shared_ptr<spdlog::logger>> logger =
      MakeLogger(std::make_shared<spdlog::sinks::stderr_sink_mt>());
};

Output& TheOutput() {
  static Output output;
  return output;
}

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  return spdlog::level::from_str(NameOf(level));
}

absl::Status OpenFile(Output& output) {
  try {
    output.logger = MakeLogger(std::make_shared<spdlog::sinks::basic_file_sink_mt>(output.file));
    return absl::OkStatus();
  } catch (const spdlog::spdlog_ex& error) {
    return absl::InvalidArgumentError(std::string("--log-file: ") + error.what());
  }
}

// Bare where that is readable, quoted and escaped otherwise.
std::string TextValue(const std::string& value) {
  const bool is_plain = !value.empty() && value.find_first_of(" \"=\n\r\t\\") == std::string::npos;
  return is_plain
             ? value
             : nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

absl::Status ConfigureLog(const LogOptions& options) {
  Output& output = TheOutput();
  output.file = options.file;
  const bool on_terminal = options.file == "none" && isatty(STDERR_FILENO) == 1;
  output.as_json = options.format == "json" || (options.format == "auto" && !on_terminal);
  SetLogLevel(options.level);
  return output.file == "none" ? absl::OkStatus() : OpenFile(output);
}

void SetLogLevel(const std::string& level) { TheOutput().level = spdlog::level::from_str(level); }

std::string InMegabytes(std::int64_t bytes) {
  constexpr std::int64_t kMegabyte = 1'000'000;
  return std::to_string(bytes / kMegabyte) + "MB";
}

std::string InSeconds(Duration duration) { return fmt::format("{:.3f}", ToSeconds(duration)); }

void ReopenLog() {
  Output& output = TheOutput();
  if (output.file == "none") return;
  if (const absl::Status opened = OpenFile(output); !opened.ok()) {
    Log(LogLevel::kError, "log file not reopened", {{"reason", std::string(opened.message())}});
  }
}

void Log(LogLevel level, const std::string& event, const LogFields& fields) {
  Output& output = TheOutput();
  if (SpdlogLevel(level) < output.level) return;
  output.logger.load()->log(SpdlogLevel(level), "{}",
                            FormatLogLine(output.as_json, TimeNow(), level, event, fields));
}

std::string FormatLogLine(bool as_json, const std::string& time, LogLevel level,
                          const std::string& event, const LogFields& fields) {
  if (as_json) {
    nlohmann::ordered_json line = {{"time", time}, {"level", NameOf(level)}, {"event", event}};
    for (const auto& [name, value] : fields) line[name] = value;
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::string line = time + " " + NameOf(level) + " " + event;
  for (const auto& [name, value] : fields) line += " " + name + "=" + TextValue(value);
  return line;
}

}  // namespace quartet
