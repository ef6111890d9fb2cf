// quartet similarity and quartet search: which texts mean about the same.
#ifndef QUARTET_CLIENT_USER_COMPARE_COMMANDS_H_
#define QUARTET_CLIENT_USER_COMPARE_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "user/connection_flags.h"
#include "user/embed_flags.h"

namespace quartet {

struct SimilarityOptions {
  ConnectionFlags connection;
  EmbedFlags embed;
  std::vector<std::string> texts;  // the first one is compared with each of the others
};

struct SearchOptions {
  ConnectionFlags connection;
  EmbedFlags embed;
  std::string file;  // a text a line; empty lines are left out
  std::string query;
  std::size_t count = 5;  // of the best
};

// Lines of cosine and text.
int RunSimilarity(const SimilarityOptions& options, std::ostream& out, std::ostream& err);

// Lines of cosine, number of the line and text, the best first. Embeds the whole file each time.
int RunSearch(const SearchOptions& options, std::ostream& out, std::ostream& err);

// Add the commands to the tool. When one is given, it runs and sets the exit code.
void AddSimilarityCommand(CLI::App& tool, int& exit_code);
void AddSearchCommand(CLI::App& tool, int& exit_code);

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_COMPARE_COMMANDS_H_
