// What commands ask of vectors.
#ifndef QUARTET_CLIENT_USER_EMBED_FLAGS_H_
#define QUARTET_CLIENT_USER_EMBED_FLAGS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "library/client_options.h"

namespace quartet {

struct EmbedFlags {
  bool normalize = false;
  std::uint32_t dimensions = 0;  // 0: all
  std::string truncate = "end";
  std::string prompt_name;  // empty: the model's default
  std::string fingerprint;
};

// Adds them to a command. `flags` must outlive it.
void AddEmbedFlags(CLI::App& command, EmbedFlags& flags);

client::EmbedOptions OptionsOf(const EmbedFlags& flags);

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_EMBED_FLAGS_H_
