// quartet check: is all well?
#ifndef QUARTET_CLIENT_OPERATOR_CHECK_COMMAND_H_
#define QUARTET_CLIENT_OPERATOR_CHECK_COMMAND_H_

#include <CLI/CLI.hpp>
#include <ostream>
#include <string>

namespace quartet {

struct CheckOptions {
  std::string metrics = "localhost:9464";  // host:port
  double seconds = 2;                      // between the two scrapes
  bool json = false;
};

// Scrapes twice and prints what it finds. The exit code: 0 normal, 1 a warning, 2 something
// critical, or no metrics.
int RunCheck(const CheckOptions& options, std::ostream& out);

// Adds the command to the tool. When it is given, it runs and sets the exit code.
void AddCheckCommand(CLI::App& tool, int& exit_code);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_CHECK_COMMAND_H_
