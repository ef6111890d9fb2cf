// quartet: a server's operator, on the command line.
#include <CLI/CLI.hpp>
#include <iostream>

#include "operator/check_command.h"

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  CLI::App app("Looks after a Quartet server.", "quartet");
  app.option_defaults()->always_capture_default();
  app.require_subcommand(1);

  quartet::CheckOptions check;
  CLI::App* check_command = app.add_subcommand(
      "check", "One line a finding; exit code 0: normal, 1: a warning, 2: something critical");
  check_command->add_option("--metrics", check.metrics, "The server's --metrics-listen address")
      ->type_name("HOST:PORT");
  check_command->add_option("--seconds", check.seconds, "Rates are those of so long a time")
      ->check(CLI::Range(0.1, 3600.0));
  check_command->add_flag("--json", check.json, "One JSON object instead of lines");

  CLI11_PARSE(app, argc, argv);
  return quartet::RunCheck(check, std::cout);
}
