// quartet-engine-bench: the served model without the service. Loads an artefact, says so in a line
// of JSON, then answers the questions on standard input (see worker.h) until it ends.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/clock.h"
#include "engine/worker.h"
#include "model/torchscript_model.h"

namespace quartet::bench {
namespace {

struct Options {
  std::string model;
  std::string ids_folder;
  int threads = 1;
  std::size_t lanes = 1;
};

int Fail(const absl::Status& status) {
  std::cerr << "quartet-engine-bench: " << status.ToString() << '\n';
  return 1;
}

int Run(const Options& options) {
  const TimePoint start = std::chrono::steady_clock::now();
  ConfigureTorch(options.threads);
  const absl::StatusOr<LoadedArtefact> artefact = LoadArtefact(options.model);
  if (!artefact.ok()) return Fail(artefact.status());
  const double load_seconds = ToSeconds(std::chrono::steady_clock::now() - start);
  const nlohmann::ordered_json ready = {{"ready", true},
                                        {"engine", "quartet"},
                                        {"settings",
                                         {{"threads of a lane", options.threads},
                                          {"lanes", options.lanes},
                                          {"precision", artefact->manifest.info.precision},
                                          {"path", artefact->engine},
                                          {"fingerprint", artefact->manifest.info.fingerprint}}},
                                        {"load_s", load_seconds}};
  std::cout << ready.dump() << std::endl;
  Worker worker(*artefact->model, options.ids_folder,
                {.lanes = options.lanes, .of_a_lane = static_cast<std::size_t>(options.threads)});
  for (std::string line; std::getline(std::cin, line);) {
    const absl::StatusOr<std::string> answer = worker.Answer(line);
    if (!answer.ok()) return Fail(answer.status());
    std::cout << *answer << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace quartet::bench

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  mallopt(M_ARENA_MAX, 2);         // as the server does
  quartet::bench::Options options;
  CLI::App app("Measures a model's forwards; questions and answers are lines of JSON.");
  app.add_option("--model", options.model, "the artefact")->required();
  app.add_option("--ids-folder", options.ids_folder, "sets of token ids, NAME.ids")->required();
  app.add_option("--threads", options.threads, "of one lane")->check(CLI::Range(1, 2));
  app.add_option("--lanes", options.lanes, "forwards at a time")
      ->check(CLI::Range(std::size_t{1}, std::size_t{2}));
  CLI11_PARSE(app, argc, argv);
  return quartet::bench::Run(options);
}
