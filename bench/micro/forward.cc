// One forward, by shape: texts in the batch, tokens in each.
#include <benchmark/benchmark.h>

#include "micro/artefact.h"

namespace quartet::bench {
namespace {

constexpr std::int64_t kFirst = 101;  // [CLS] and [SEP] of BERT's English vocabulary
constexpr std::int64_t kLast = 102;
constexpr std::int64_t kWord = 2000;

TokenSequence Sequence(std::int64_t tokens) {
  TokenSequence sequence{.ids = {kFirst}};
  while (static_cast<std::int64_t>(sequence.ids.size()) + 1 < tokens) {
    sequence.ids.push_back(kWord + static_cast<std::int64_t>(sequence.ids.size()));
  }
  sequence.ids.push_back(kLast);
  return sequence;
}

void Forward(benchmark::State& state) {
  TokenBatch batch;
  for (std::int64_t i = 0; i < state.range(0); ++i) batch.Add(Sequence(state.range(1)));
  EmbeddingModel& model = *Artefact().model;
  for (auto _ : state) {
    const auto vectors = model.Embed(batch);
    if (!vectors.ok()) {
      state.SkipWithError(vectors.status().ToString().c_str());
      break;
    }
    benchmark::DoNotOptimize(vectors->values.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(Forward)
    ->ArgNames({"texts", "tokens"})
    ->ArgsProduct({{1, 4}, {5, 16, 32, 64, 128}})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace quartet::bench
