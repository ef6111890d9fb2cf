// quartet: a server's users and operators, on the command line.
#include <CLI/CLI.hpp>
#include <iostream>

#include "library/quiet.h"
#include "operator/check_command.h"
#include "operator/logs/logs_command.h"
#include "operator/monitor/monitor_command.h"
#include "operator/plan/plan_command.h"
#include "operator/probe_command.h"
#include "operator/report/report_command.h"
#include "security/tls_exit.h"
#include "user/compare_commands.h"
#include "user/completion_command.h"
#include "user/embed_command.h"
#include "user/server_commands.h"

constexpr int kBadFlags = 2;

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  quartet::KeepTlsUntilTheEnd();
  quartet::client::QuietProtobuf();
  CLI::App tool("Uses a Quartet server, and looks after it.", "quartet");
  tool.option_defaults()->always_capture_default();
  tool.require_subcommand(1);
  int exit_code = 0;
  quartet::AddEmbedCommand(tool, exit_code);
  quartet::AddSimilarityCommand(tool, exit_code);
  quartet::AddSearchCommand(tool, exit_code);
  quartet::AddTokenizeCommand(tool, exit_code);
  quartet::AddInfoCommand(tool, exit_code);
  quartet::AddHealthCommand(tool, exit_code);
  quartet::AddCheckCommand(tool, exit_code);
  quartet::AddLogsCommand(tool, exit_code);
  quartet::AddMonitorCommand(tool, exit_code);
  quartet::AddPlanCommand(tool, exit_code);
  quartet::AddProbeCommand(tool, exit_code);
  quartet::AddReportCommand(tool, exit_code);
  quartet::AddCompletionCommand(tool);
  try {
    tool.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return tool.exit(error);  // --help
    std::cerr << "quartet: " << error.what() << '\n';
    return kBadFlags;
  }
  return exit_code;
}
