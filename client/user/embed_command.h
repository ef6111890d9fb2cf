// quartet embed: texts in, vectors out.
#ifndef QUARTET_CLIENT_USER_EMBED_COMMAND_H_
#define QUARTET_CLIENT_USER_EMBED_COMMAND_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "user/connection_flags.h"
#include "user/embed_flags.h"

namespace quartet {

struct EmbedCommandOptions {
  ConnectionFlags connection;
  EmbedFlags embed;
  std::vector<std::string> texts;  // none: lines of standard input
  std::string field;               // of JSON lines; empty: lines are texts
  std::string format = "jsonl";
  std::string out;  // file; empty: standard output
};

// In constant memory however long the input is, in its order; a server that restarts is waited for.
// `in`: a descriptor. Lines that come slowly are answered as they come.
int RunEmbed(const EmbedCommandOptions& options, int in, std::ostream& out, std::ostream& err);

// Adds the command to the tool. When it is given, it runs and sets the exit code.
void AddEmbedCommand(CLI::App& tool, int& exit_code);

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_EMBED_COMMAND_H_
