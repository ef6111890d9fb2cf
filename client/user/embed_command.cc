#include "user/embed_command.h"

#include <unistd.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "library/text_places.h"
#include "user/progress.h"
#include "user/text_source.h"
#include "user/vector_writer.h"

namespace quartet {
namespace {

// Texts between two writes, at most: sixteen calls, so that the last ones of a round, when fewer
// than four are under way, are a small part of it. Fewer where no more are there yet.
constexpr std::size_t kRound = 1024;

// The texts of the arguments, else the lines of the input.
class Source {
 public:
  Source(const EmbedCommandOptions& options, int in) : arguments_(options.texts) {
    if (arguments_.empty()) lines_.emplace(InputLines(in), options.field);
  }

  // None: the end.
  absl::StatusOr<std::vector<std::string>> Next() {
    return lines_ ? lines_->Next(kRound) : std::exchange(arguments_, {});
  }
  std::optional<double> TakenShare() const { return lines_ ? lines_->TakenShare() : std::nullopt; }

 private:
  std::vector<std::string> arguments_;
  std::optional<TextSource> lines_;
};

absl::Status EmbedAll(const client::Client& client, const client::EmbedOptions& wanted,
                      Source& source, VectorWriter& writer, std::ostream& out, Progress& progress) {
  client::EmbedOptions options = wanted;
  std::size_t done = 0;
  while (true) {
    const auto texts = source.Next();
    if (!texts.ok()) return texts.status();
    if (texts->empty()) break;
    const auto embedded = client.Embed(*texts, options);
    if (!embedded.ok()) {
      return absl::Status(embedded.status().code(),
                          client::ShiftTextPlaces(std::string(embedded.status().message()), done));
    }
    // Another model's vectors would not be comparable.
    options.required_fingerprint = embedded->fingerprint;
    for (std::size_t i = 0; i < texts->size(); ++i) writer.Write((*texts)[i], embedded->row(i));
    done += texts->size();
    out.flush();  // who writes slowly may wait for the vectors
    progress.Show(done, source.TakenShare());
    if (!out) return absl::DataLossError("the output can't be written");
  }
  writer.End();
  return absl::OkStatus();
}

absl::Status Run(const EmbedCommandOptions& options, int in, std::ostream& out, std::ostream& err) {
  if (options.format == "npy" && options.out.empty()) {
    return absl::InvalidArgumentError(
        "--format: npy needs --out, a file: it begins with the number of vectors");
  }
  std::ofstream file;
  if (!options.out.empty()) {
    file.open(options.out, std::ios::binary);
    if (!file) return absl::InvalidArgumentError(absl::StrCat("--out: can't write ", options.out));
  }
  std::ostream& target = options.out.empty() ? out : file;
  const auto writer = MakeVectorWriter(options.format, target);
  if (!writer.ok()) return writer.status();
  const auto client = Connect(options.connection);
  if (!client.ok()) return client.status();
  Progress progress(err);
  Source source(options, in);
  absl::Status status =
      EmbedAll(*client, OptionsOf(options.embed), source, **writer, target, progress);
  progress.Clear();
  target.flush();
  if (status.ok() && !target) return absl::DataLossError("the output can't be written");
  return status;
}

}  // namespace

int RunEmbed(const EmbedCommandOptions& options, int in, std::ostream& out, std::ostream& err) {
  return Report(Run(options, in, out, err), err);
}

void AddEmbedCommand(CLI::App& tool, int& exit_code) {
  const auto options = std::make_shared<EmbedCommandOptions>();
  CLI::App* command =
      tool.add_subcommand("embed", "Vectors of texts: of the arguments, else of lines of input");
  command->add_option("texts", options->texts, "Texts; none: the lines of standard input");
  command
      ->add_option("--json-field", options->field,
                   "Lines are JSON objects, the text is in this field")
      ->type_name("NAME");
  command->add_option("--format", options->format, "Of the output")
      ->check(CLI::IsMember({"jsonl", "json", "csv", "f32", "npy"}))
      ->type_name("jsonl|json|csv|f32|npy");
  command->add_option("--out", options->out, "File instead of standard output")->type_name("FILE");
  AddEmbedFlags(*command, options->embed);
  AddConnectionFlags(*command, options->connection);
  command->callback([options, &exit_code] {
    exit_code = RunEmbed(*options, STDIN_FILENO, std::cout, std::cerr);
  });
}

}  // namespace quartet
