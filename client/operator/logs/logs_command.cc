#include "operator/logs/logs_command.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>

#include "operator/logs/line_reader.h"
#include "operator/logs/log_report.h"
#include "operator/logs/log_summary.h"

namespace quartet {
namespace {

constexpr int kBadInput = 2;
constexpr std::size_t kMostSlow = 1000;

void ReadAll(std::istream& in, LogSummary& summary) {
  LineReader reader(in);
  while (const std::optional<std::string_view> line = reader.Next()) summary.Add(*line);
}

}  // namespace

int RunLogs(const LogsOptions& options, std::ostream& out, std::ostream& errors) {
  const bool is_standard_input = options.file == "-";
  std::ifstream file;
  if (!is_standard_input) file.open(options.file, std::ios::binary);
  std::istream& in = is_standard_input ? std::cin : file;
  LogSummary summary(options.slow);
  if (in.good()) ReadAll(in, summary);
  // A folder can be opened, but reading it is an error.
  if (in.bad() || (!is_standard_input && !file.is_open())) {
    errors << "quartet: file: " << options.file << ": " << std::strerror(errno) << '\n';
    return kBadInput;
  }
  out << (options.json ? LogReportAsJson(summary) : LogReportAsText(summary));
  return 0;
}

void AddLogsCommand(CLI::App& tool, int& exit_code) {
  const auto options = std::make_shared<LogsOptions>();
  CLI::App* command =
      tool.add_subcommand("logs", "What a server's log of --log-format json says, in short");
  command->add_option("file", options->file, "The log of one server; -: standard input");
  command->add_option("--slow", options->slow, "So many of the slowest calls")
      ->check(CLI::Range(std::size_t{0}, kMostSlow));
  command->add_flag("--json", options->json, "One JSON object instead of lines");
  command->callback([options, &exit_code] { exit_code = RunLogs(*options, std::cout, std::cerr); });
}

}  // namespace quartet
