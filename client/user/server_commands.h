// quartet tokenize, info and health: what the server says of texts, its model and itself.
#ifndef QUARTET_CLIENT_USER_SERVER_COMMANDS_H_
#define QUARTET_CLIENT_USER_SERVER_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <ostream>
#include <string>

#include "user/connection_flags.h"

namespace quartet {

// A line a token: id, piece, bytes of the text, and whether it is special or cut.
int RunTokenize(const ConnectionFlags& connection, const std::string& text, std::ostream& out,
                std::ostream& err);

// Lines of names and values, or one JSON object.
int RunInfo(const ConnectionFlags& connection, bool json, std::ostream& out, std::ostream& err);

struct HealthOptions {
  ConnectionFlags connection;
  bool alive = false;  // whether it lives, not whether it takes calls
  bool watch = false;  // until it is interrupted: a line a change
};

// kDone: it is; kNotServing: it says no.
int RunHealth(const HealthOptions& options, std::ostream& out, std::ostream& err);

// Add the commands to the tool. When one is given, it runs and sets the exit code.
void AddTokenizeCommand(CLI::App& tool, int& exit_code);
void AddInfoCommand(CLI::App& tool, int& exit_code);
void AddHealthCommand(CLI::App& tool, int& exit_code);

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_SERVER_COMMANDS_H_
