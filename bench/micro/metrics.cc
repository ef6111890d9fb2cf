// What metrics cost: everything that a call of one text tells them, and a scrape.
#include "metrics/metrics.h"

#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <vector>

namespace quartet::bench {
namespace {

constexpr MethodName kEmbed = {"quartet.v1.EmbeddingService", "Embed", MethodType::kUnary};
constexpr MethodName kCheck = {"grpc.health.v1.Health", "Check", MethodType::kUnary};

Metrics& TheMetrics() {
  static Metrics metrics({kEmbed, kCheck});
  return metrics;
}

void TellOneCall(Metrics& metrics) {
  constexpr Duration kHandling = std::chrono::microseconds(1100);
  constexpr std::array kWaited = {Duration(std::chrono::microseconds(100))};
  metrics.calls().OnCallStarted(kEmbed);
  metrics.pipeline().OnTokenized(16, false, std::chrono::microseconds(10));
  metrics.pipeline().OnQueueChanged(1, 16);
  metrics.pipeline().OnQueueChanged(0, 0);
  metrics.pipeline().OnBatch(
      {.tokens = 16, .queue_times = kWaited, .inference = std::chrono::microseconds(900)});
  metrics.calls().OnCallHandled(
      {.method = kEmbed, .code = absl::StatusCode::kOk, .handling = kHandling});
}

// One thread, and as many as tell at once in the server: poll, tokenizer and two lanes.
void MetricsOfOneCall(benchmark::State& state) {
  for (auto _ : state) TellOneCall(TheMetrics());
}
BENCHMARK(MetricsOfOneCall)->Threads(1)->Threads(4);

void Scrape(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(TheMetrics().Page().size());
}
BENCHMARK(Scrape);

}  // namespace
}  // namespace quartet::bench
