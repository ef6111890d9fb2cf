// quartet-texts: writes the texts of a mix, and their token ids as a model's tokenizer makes them.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <string>

#include "model/torchscript_model.h"
#include "texts/text_generator.h"
#include "tokenization/tokenizer_loader.h"

namespace quartet::bench {
namespace {

struct Options {
  std::string mix = "short";
  std::uint64_t seed = 1;
  std::size_t count = 1000;
  std::string texts_file;
  std::string ids_file;
  std::string model;
};

int Fail(const absl::Status& status) {
  std::cerr << "quartet-texts: " << status.ToString() << '\n';
  return 1;
}

absl::Status WriteIds(const Options& options, const std::vector<std::string>& texts) {
  const auto artefact = LoadArtefact(options.model);
  if (!artefact.ok()) return artefact.status();
  const auto tokenizer =
      LoadTokenizer(artefact->manifest.tokenizer, artefact->tokenizer_file_content);
  if (!tokenizer.ok()) return tokenizer.status();
  std::ofstream file(options.ids_file);
  for (const std::string& text : texts) {
    const auto sequence = (*tokenizer)->Tokenize(text, Truncation::kEnd);
    if (!sequence.ok()) return sequence.status();
    const char* separator = "";
    for (const std::int64_t id : sequence->ids) {
      file << separator << id;
      separator = " ";
    }
    file << '\n';
  }
  return file.flush() ? absl::OkStatus()
                      : absl::UnavailableError("cannot write " + options.ids_file);
}

int Run(const Options& options) {
  const absl::StatusOr<LengthMix> mix = LengthMix::Parse(options.mix);
  if (!mix.ok()) return Fail(mix.status());
  const std::vector<std::string> texts = GenerateTexts(*mix, options.seed, options.count);
  if (!options.ids_file.empty()) {
    if (const absl::Status written = WriteIds(options, texts); !written.ok()) return Fail(written);
  }
  std::ofstream file(options.texts_file.empty() ? "/dev/stdout" : options.texts_file);
  for (const std::string& text : texts) file << text << '\n';
  if (!file.flush()) return Fail(absl::UnavailableError("cannot write " + options.texts_file));
  return 0;
}

}  // namespace
}  // namespace quartet::bench

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  quartet::bench::Options options;
  CLI::App app("Writes the texts of a length mix, one a line, the same on every machine.");
  app.add_option("--mix", options.mix, "short, mixed, or a number of tokens")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "another seed, other texts")->capture_default_str();
  app.add_option("--count", options.count, "texts")->capture_default_str();
  app.add_option("--texts", options.texts_file, "file to write; standard output without it");
  CLI::Option* ids = app.add_option("--ids", options.ids_file, "also write the token ids there");
  ids->needs(app.add_option("--model", options.model, "the artefact with the tokenizer for --ids"));
  CLI11_PARSE(app, argc, argv);
  return quartet::bench::Run(options);
}
