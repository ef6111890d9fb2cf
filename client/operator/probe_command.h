// quartet probe: does it live?
#ifndef QUARTET_CLIENT_OPERATOR_PROBE_COMMAND_H_
#define QUARTET_CLIENT_OPERATOR_PROBE_COMMAND_H_

#include <CLI/CLI.hpp>
#include <ostream>
#include <string>

namespace quartet {

struct ProbeOptions {
  std::string metrics = "localhost:9464";  // host:port
  bool ready = false;                      // asks whether it takes calls, not whether it lives
};

// Asks once and prints the answer in a line. The exit code: 0 yes, 1 no, or no answer within 5 s.
int RunProbe(const ProbeOptions& options, std::ostream& out);

// Adds the command to the tool. When it is given, it runs and sets the exit code. It is for health
// checks of containers: a supervisor restarts by them, and `check` also fails when a server is
// merely busy.
void AddProbeCommand(CLI::App& tool, int& exit_code);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_PROBE_COMMAND_H_
