// What it costs to know a caller by its key, and to refuse one.
#include <benchmark/benchmark.h>

#include <string>

#include "absl/strings/str_format.h"
#include "security/caller_rules.h"

namespace quartet::bench {
namespace {

// "right" is the last of so many.
ApiKeys KeysOf(std::int64_t count) {
  std::string file;
  for (std::int64_t i = 1; i < count; ++i) file += absl::StrFormat("client:%064d\n", i);
  file += "client:27042f4e6eca7d0b2a7ee4026df2ecfa51d3339e6d122aa099118ecd8563bad9\n";
  return *ApiKeys::Parse(file);
}

void Judge(benchmark::State& state, const std::string& key, bool is_right) {
  const ApiKeys keys = KeysOf(state.range(0));
  const std::string authorization = "Bearer " + key;
  for (auto _ : state) {
    const auto [refusal, name] = quartet::Judge({.authorization = authorization}, {.keys = &keys});
    if (refusal.has_value() == is_right) state.SkipWithError("judged wrongly");
    absl::Status status = refusal ? StatusOf(*refusal) : absl::OkStatus();
    benchmark::DoNotOptimize(status);
    benchmark::DoNotOptimize(name);
  }
}

void AdmitCaller(benchmark::State& state) { Judge(state, "right", true); }
BENCHMARK(AdmitCaller)->Arg(1)->Arg(10)->Arg(1000);

void RefuseCaller(benchmark::State& state) { Judge(state, "wrong", false); }
BENCHMARK(RefuseCaller)->Arg(1)->Arg(10)->Arg(1000);

}  // namespace
}  // namespace quartet::bench
