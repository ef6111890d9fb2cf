// quartet completion: what a shell needs to complete the tool's commands and flags.
#ifndef QUARTET_CLIENT_USER_COMPLETION_COMMAND_H_
#define QUARTET_CLIENT_USER_COMPLETION_COMMAND_H_

#include <CLI/CLI.hpp>
#include <string>

namespace quartet {

// A script for bash, made of the tool's own commands: it completes them, their flags, and the
// values of flags whose type names them ("end|start"); else the names of files.
std::string BashCompletion(const CLI::App& tool);

// Adds the command to the tool, whose other commands may be added later.
void AddCompletionCommand(CLI::App& tool);

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_COMPLETION_COMMAND_H_
