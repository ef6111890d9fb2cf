#include "user/compare_commands.h"

#include <fstream>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "user/ranking.h"

namespace quartet {
namespace {

// Lines embedded at a time: of a large file only the best are kept.
constexpr std::size_t kRound = 1024;

struct Line {
  std::size_t number = 0;  // in the file, from 1
  std::string text;
};

// The next lines that have a text.
std::vector<Line> NextLines(std::istream& in, std::size_t& read) {
  std::vector<Line> lines;
  std::string text;
  while (lines.size() < kRound && std::getline(in, text)) {
    ++read;
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (!text.empty()) lines.push_back({read, text});
  }
  return lines;
}

struct Hit {
  Line line;
  double cosine = 0;
};

// The best of the hits so far and of these lines.
std::vector<Hit> BestOf(std::vector<Hit> hits, const std::vector<Line>& lines,
                        const client::Embedded& embedded, std::span<const float> query,
                        std::size_t count) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    hits.push_back({lines[i], Cosine(query, embedded.row(i))});
  }
  std::vector<Match> matches;
  for (std::size_t i = 0; i < hits.size(); ++i) matches.push_back({i, hits[i].cosine});
  std::vector<Hit> best;
  for (const Match& match : Best(std::move(matches), count)) best.push_back(hits[match.index]);
  return best;
}

absl::Status Search(const SearchOptions& options, std::ostream& out) {
  std::ifstream file(options.file);
  if (!file) return absl::InvalidArgumentError(absl::StrCat("FILE: can't read ", options.file));
  const auto client = Connect(options.connection);
  if (!client.ok()) return client.status();
  client::EmbedOptions wanted = OptionsOf(options.embed);
  const auto query = client->Embed({options.query}, wanted);
  if (!query.ok()) return query.status();
  wanted.required_fingerprint = query->fingerprint;
  std::vector<Hit> hits;
  std::size_t read = 0;
  while (true) {
    const std::vector<Line> lines = NextLines(file, read);
    if (lines.empty()) break;
    std::vector<std::string> texts;
    for (const Line& line : lines) texts.push_back(line.text);
    const auto embedded = client->Embed(texts, wanted);
    if (!embedded.ok()) {
      return absl::Status(embedded.status().code(),
                          absl::StrCat("texts of lines ", lines.front().number, " to ",
                                       lines.back().number, ": ", embedded.status().message()));
    }
    hits = BestOf(std::move(hits), lines, *embedded, query->row(0), options.count);
  }
  for (const Hit& hit : hits) {
    out << absl::StreamFormat("%.4f  %d  %s\n", hit.cosine, hit.line.number, hit.line.text);
  }
  return absl::OkStatus();
}

absl::Status Compare(const SimilarityOptions& options, std::ostream& out) {
  const auto client = Connect(options.connection);
  if (!client.ok()) return client.status();
  const auto embedded = client->Embed(options.texts, OptionsOf(options.embed));
  if (!embedded.ok()) return embedded.status();
  for (std::size_t i = 1; i < options.texts.size(); ++i) {
    out << absl::StreamFormat("%.4f  %s\n", Cosine(embedded->row(0), embedded->row(i)),
                              options.texts[i]);
  }
  return absl::OkStatus();
}

}  // namespace

int RunSimilarity(const SimilarityOptions& options, std::ostream& out, std::ostream& err) {
  return Report(Compare(options, out), err);
}

int RunSearch(const SearchOptions& options, std::ostream& out, std::ostream& err) {
  return Report(Search(options, out), err);
}

void AddSimilarityCommand(CLI::App& tool, int& exit_code) {
  const auto options = std::make_shared<SimilarityOptions>();
  CLI::App* command =
      tool.add_subcommand("similarity", "How alike the first text is to each of the others");
  command->add_option("texts", options->texts, "Two texts or more")->required()->expected(2, 10000);
  AddEmbedFlags(*command, options->embed);
  AddConnectionFlags(*command, options->connection);
  command->callback(
      [options, &exit_code] { exit_code = RunSimilarity(*options, std::cout, std::cerr); });
}

void AddSearchCommand(CLI::App& tool, int& exit_code) {
  const auto options = std::make_shared<SearchOptions>();
  CLI::App* command =
      tool.add_subcommand("search", "The lines of a file that are most alike to a text");
  command->add_option("file", options->file, "A text a line")->required()->type_name("FILE");
  command->add_option("query", options->query, "What is looked for")->required();
  command->add_option("--count", options->count, "Of the best lines")->check(CLI::Range(1, 10000));
  AddEmbedFlags(*command, options->embed);
  AddConnectionFlags(*command, options->connection);
  command->callback(
      [options, &exit_code] { exit_code = RunSearch(*options, std::cout, std::cerr); });
}

}  // namespace quartet
