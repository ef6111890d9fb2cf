// quartet monitor: how is it going?
#ifndef QUARTET_CLIENT_OPERATOR_MONITOR_MONITOR_COMMAND_H_
#define QUARTET_CLIENT_OPERATOR_MONITOR_MONITOR_COMMAND_H_

#include <CLI/CLI.hpp>

namespace quartet {

// Adds the command to the tool. When it is given, it runs until it is ended, on the terminal or,
// where there is none, in lines on standard output; the exit code is then 0.
void AddMonitorCommand(CLI::App& tool, int& exit_code);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_MONITOR_MONITOR_COMMAND_H_
