#include "user/server_commands.h"

#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/str_format.h"

namespace quartet {
namespace {

constexpr std::chrono::milliseconds kWatchPeriod{500};

nlohmann::ordered_json JsonOf(const client::ModelInfo& info) {
  return {{"name", info.name},
          {"revision", info.revision},
          {"fingerprint", info.fingerprint},
          {"dimensions", info.dimensions},
          {"max_sequence_length", info.max_sequence_length},
          {"pooling", info.pooling},
          {"normalized", info.normalized},
          {"precision", info.precision},
          {"tokenizer", info.tokenizer},
          {"max_texts_per_request", info.max_texts},
          {"max_text_bytes", info.max_text_bytes},
          {"prompts", info.prompts},
          {"server_version", info.server_version}};
}

// One look; UNAVAILABLE counts as no.
std::string HealthWord(const absl::StatusOr<bool>& serving) {
  if (!serving.ok()) return "UNREACHABLE";
  return *serving ? "SERVING" : "NOT_SERVING";
}

}  // namespace

int RunTokenize(const ConnectionFlags& connection, const std::string& text, std::ostream& out,
                std::ostream& err) {
  const auto client = Connect(connection);
  if (!client.ok()) return Report(client.status(), err);
  const auto tokens = client->Tokenize(text);
  if (!tokens.ok()) return Report(tokens.status(), err);
  for (const client::Token& token : *tokens) {
    out << absl::StreamFormat("%6d  %-20s %5d %5d%s%s\n", token.id, token.piece, token.begin,
                              token.end, token.special ? "  special" : "",
                              token.cut ? "  cut" : "");
  }
  return kDone;
}

int RunInfo(const ConnectionFlags& connection, bool json, std::ostream& out, std::ostream& err) {
  const auto client = Connect(connection);
  if (!client.ok()) return Report(client.status(), err);
  const auto info = client->GetModelInfo();
  if (!info.ok()) return Report(info.status(), err);
  const nlohmann::ordered_json values = JsonOf(*info);
  if (json) {
    out << values.dump(2) << '\n';
    return kDone;
  }
  for (const auto& [name, value] : values.items()) {
    out << absl::StreamFormat("%-22s %s\n", name,
                              value.is_string() ? value.get<std::string>() : value.dump());
  }
  return kDone;
}

int RunHealth(const HealthOptions& options, std::ostream& out, std::ostream& err) {
  const auto client = Connect(options.connection);
  if (!client.ok()) return Report(client.status(), err);
  const std::string service = options.alive ? "liveness" : "readiness";
  std::string last;
  while (true) {
    const absl::StatusOr<bool> serving = client->IsServing(service);
    const std::string word = HealthWord(serving);
    if (word != last) out << word << std::endl;
    last = word;
    if (!options.watch) {
      if (!serving.ok()) return Report(serving.status(), err);
      return *serving ? kDone : kNotServing;
    }
    std::this_thread::sleep_for(kWatchPeriod);
  }
}

void AddTokenizeCommand(CLI::App& tool, int& exit_code) {
  struct Options {
    ConnectionFlags connection;
    std::string text;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = tool.add_subcommand(
      "tokenize", "A text's tokens: id, piece, first byte, byte behind the last");
  command->add_option("text", options->text, "The text")->required();
  AddConnectionFlags(*command, options->connection);
  command->callback([options, &exit_code] {
    exit_code = RunTokenize(options->connection, options->text, std::cout, std::cerr);
  });
}

void AddInfoCommand(CLI::App& tool, int& exit_code) {
  struct Options {
    ConnectionFlags connection;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = tool.add_subcommand("info", "The served model and the server's limits");
  command->add_flag("--json", options->json, "As a JSON object");
  AddConnectionFlags(*command, options->connection);
  command->callback([options, &exit_code] {
    exit_code = RunInfo(options->connection, options->json, std::cout, std::cerr);
  });
}

void AddHealthCommand(CLI::App& tool, int& exit_code) {
  const auto options = std::make_shared<HealthOptions>();
  options->connection.timeout = 5;
  CLI::App* command = tool.add_subcommand(
      "health", "Whether a server takes calls; exit code 0: yes, 1: no, 3: it is not there");
  command->add_flag("--alive", options->alive, "Whether it lives instead");
  command->add_flag("--watch", options->watch, "Goes on looking: a line a change");
  AddConnectionFlags(*command, options->connection);
  command->callback(
      [options, &exit_code] { exit_code = RunHealth(*options, std::cout, std::cerr); });
}

}  // namespace quartet
