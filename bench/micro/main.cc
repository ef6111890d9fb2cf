// quartet-micro-bench: the parts of a call one by one, with google benchmark and its flags.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <utility>

#include "micro/artefact.h"
#include "tokenization/tokenizer_loader.h"

namespace quartet::bench {
namespace {

template <class T>
T OrDie(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  std::cerr << "quartet-micro-bench: " << value.status().ToString() << '\n';
  std::exit(1);
}

}  // namespace

const LoadedArtefact& Artefact() {
  static const LoadedArtefact artefact = [] {
    ConfigureTorch(1);
    const char* path = std::getenv("QUARTET_MODEL");
    return OrDie(LoadArtefact(path ? path : "build/models/paraphrase-MiniLM-L3-v2.pt"));
  }();
  return artefact;
}

const Tokenizer& RealTokenizer() {
  static const std::unique_ptr<Tokenizer> tokenizer =
      OrDie(LoadTokenizer(Artefact().manifest.tokenizer, Artefact().tokenizer_file_content));
  return *tokenizer;
}

}  // namespace quartet::bench

BENCHMARK_MAIN();
