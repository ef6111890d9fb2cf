// quartet logs: what a server's JSON log says, in short.
#ifndef QUARTET_CLIENT_OPERATOR_LOGS_LOGS_COMMAND_H_
#define QUARTET_CLIENT_OPERATOR_LOGS_LOGS_COMMAND_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <ostream>
#include <string>

namespace quartet {

struct LogsOptions {
  std::string file = "-";  // -: standard input
  std::size_t slow = 5;    // so many of the slowest calls
  bool json = false;
};

// The exit code: 0, or 2 with one line in `errors`: the file can't be read.
int RunLogs(const LogsOptions& options, std::ostream& out, std::ostream& errors);

// Adds the command to the tool. When it is given, it runs and sets the exit code.
void AddLogsCommand(CLI::App& tool, int& exit_code);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_LOGS_LOGS_COMMAND_H_
