// quartet plan: how many servers of which size a machine carries.
#ifndef QUARTET_CLIENT_OPERATOR_PLAN_PLAN_COMMAND_H_
#define QUARTET_CLIENT_OPERATOR_PLAN_PLAN_COMMAND_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <ostream>
#include <string>

namespace quartet {

struct PlanOptions {
  double cores = 0;
  double memory = 0;                      // bytes
  std::optional<double> tokens_per_text;  // the server's, or 16
  double texts_per_call = 1;
  std::optional<double> rate;               // texts a second
  std::optional<std::string> precision;     // the server's, or int8
  std::optional<double> tokens_per_second;  // of one core, instead of the bench's
  std::string metrics;                      // host:port of a server to take them from, or empty
  std::string format = "text";              // or json, kubernetes
};

// Prints the plan. The exit code: 0, or 2 with one line in `errors`: no replica fits, or the server
// does not answer or has not embedded anything yet.
int RunPlan(const PlanOptions& options, std::ostream& out, std::ostream& errors);

// Adds the command to the tool. When it is given, it runs and sets the exit code.
void AddPlanCommand(CLI::App& tool, int& exit_code);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_PLAN_PLAN_COMMAND_H_
