// quartet: a server's operator, on the command line.
#include <CLI/CLI.hpp>
#include <iostream>

#include "operator/check_command.h"
#include "operator/monitor/monitor_command.h"

constexpr int kBadArguments = 2;

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  CLI::App tool("Looks after a Quartet server.", "quartet");
  tool.option_defaults()->always_capture_default();
  tool.require_subcommand(1);
  int exit_code = 0;
  quartet::AddCheckCommand(tool, exit_code);
  quartet::AddMonitorCommand(tool, exit_code);
  try {
    tool.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return tool.exit(help);
  } catch (const CLI::Error& error) {
    std::cerr << "quartet: " << error.what() << '\n';
    return kBadArguments;
  }
  return exit_code;
}
