// quartet: a server's operator, on the command line.
#include <CLI/CLI.hpp>
#include <iostream>

#include "operator/check_command.h"
#include "operator/logs/logs_command.h"
#include "operator/monitor/monitor_command.h"
#include "operator/plan/plan_command.h"
#include "operator/probe_command.h"
#include "operator/report/report_command.h"

constexpr int kBadFlags = 2;

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  CLI::App tool("Looks after a Quartet server.", "quartet");
  tool.option_defaults()->always_capture_default();
  tool.require_subcommand(1);
  int exit_code = 0;
  quartet::AddCheckCommand(tool, exit_code);
  quartet::AddLogsCommand(tool, exit_code);
  quartet::AddMonitorCommand(tool, exit_code);
  quartet::AddPlanCommand(tool, exit_code);
  quartet::AddProbeCommand(tool, exit_code);
  quartet::AddReportCommand(tool, exit_code);
  try {
    tool.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return tool.exit(error);  // --help
    std::cerr << "quartet: " << error.what() << '\n';
    return kBadFlags;
  }
  return exit_code;
}
