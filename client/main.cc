// quartet: a server's operator, on the command line.
#include <CLI/CLI.hpp>

#include "operator/check_command.h"
#include "operator/probe_command.h"

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  CLI::App tool("Looks after a Quartet server.", "quartet");
  tool.option_defaults()->always_capture_default();
  tool.require_subcommand(1);
  int exit_code = 0;
  quartet::AddCheckCommand(tool, exit_code);
  quartet::AddProbeCommand(tool, exit_code);
  CLI11_PARSE(tool, argc, argv);
  return exit_code;
}
