#include "user/embed_flags.h"

namespace quartet {

void AddEmbedFlags(CLI::App& command, EmbedFlags& flags) {
  command.add_flag("--normalize", flags.normalize, "Vectors of length 1");
  command.add_option("--dimensions", flags.dimensions, "The first of each vector; 0: all");
  command.add_option("--truncate", flags.truncate, "What is cut of a text that is too long")
      ->check(CLI::IsMember({"end", "start", "reject"}))
      ->type_name("end|start|reject");
  command
      .add_option("--prompt-name", flags.prompt_name, "Of the model's prompts; `info` shows them")
      ->type_name("NAME");
  command.add_option("--fingerprint", flags.fingerprint, "Fails unless the model has this one")
      ->type_name("DIGEST");
}

client::EmbedOptions OptionsOf(const EmbedFlags& flags) {
  client::EmbedOptions options;
  if (flags.normalize) options.normalize = true;
  if (flags.dimensions > 0) options.dimensions = flags.dimensions;
  if (flags.truncate == "start") options.truncation = client::Truncation::kStart;
  if (flags.truncate == "reject") options.truncation = client::Truncation::kReject;
  if (!flags.prompt_name.empty()) options.prompt_name = flags.prompt_name;
  options.required_fingerprint = flags.fingerprint;
  return options;
}

}  // namespace quartet
