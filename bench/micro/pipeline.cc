// What every text pays beside the tokenizer and the forward.
#include <benchmark/benchmark.h>

#include <memory>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/reply.h"
#include "core/token_batch.h"
#include "pipeline/admission.h"
#include "pipeline/batch_policy.h"
#include "pipeline/batch_queue.h"
#include "pipeline/vector_cache.h"

namespace quartet::bench {
namespace {

class NobodySink final : public ReplySink<EmbedResult> {
 public:
  void Finish(absl::StatusOr<EmbedResult> answer) override {
    benchmark::DoNotOptimize(answer.ok());
  }
  bool IsCancelled() const override { return false; }
};

class NobodyObserver final : public PipelineObserver {
 public:
  void OnRejected(RejectReason) override {}
  void OnTokenized(std::size_t, bool, Duration) override {}
  void OnCacheLookup(bool) override {}
  void OnCacheChanged(const CacheSize&) override {}
  void OnExpired(Stage) override {}
  void OnCancelled(Stage) override {}
  void OnQueueChanged(std::size_t, std::size_t) override {}
  void OnBatch(const BatchFacts&) override {}
};

Reply<EmbedResult> NewReply() { return Reply<EmbedResult>(std::make_unique<NobodySink>()); }

void ReplyMadeAndFinished(benchmark::State& state) {
  for (auto _ : state) {
    Reply<EmbedResult> reply = NewReply();
    Reply<EmbedResult> moved = std::move(reply);
    moved.Finish(EmbedResult{});
  }
}
BENCHMARK(ReplyMadeAndFinished);

void ChooseBatchOf(benchmark::State& state) {
  std::vector<std::size_t> lengths;
  for (std::int64_t i = 0; i < state.range(0); ++i) lengths.push_back(5 + i * 37 % 124);
  for (auto _ : state) {
    benchmark::DoNotOptimize(ChooseBatch(lengths, kMaxBatchItems));
  }
}
BENCHMARK(ChooseBatchOf)->ArgName("waiting")->Arg(1)->Arg(4)->Arg(kBatchLookAhead);

// One text in and out again while so many others wait.
void QueuePushAndTake(benchmark::State& state) {
  SystemClock clock;
  NobodyObserver observer;
  const ServiceRate rate(1);
  Admission admission({}, rate);
  BatchQueue queue(1, clock, observer);
  const auto call =
      std::make_shared<PendingCall>(Request{.texts = {"text"}, .reply = NewReply()},
                                    *admission.TryAdmit({.tokens = 1}).permit, clock.Now());
  std::uint64_t seen = 0;
  const auto push = [&] {
    std::vector<WorkItem> items;
    items.push_back({.call = call, .index = 0, .tokens = {.ids = {101, 102}}, .tokenize = {}});
    queue.Push(std::move(items));
  };
  for (std::int64_t i = 0; i < state.range(0); ++i) push();
  for (auto _ : state) {
    push();
    benchmark::DoNotOptimize(queue.Take(seen).batch.size());
  }
}
BENCHMARK(QueuePushAndTake)->ArgName("waiting")->Arg(0)->Arg(16)->Arg(1000);

// A text of 16 tokens among so many whose vectors are kept: what it pays instead of a forward.
void CacheFind(benchmark::State& state) {
  const auto key_of = [](std::int64_t first) {
    return VectorCache::KeyOf(std::string(64, 'f'), {.ids = std::vector<std::int64_t>(16, first)});
  };
  VectorCache cache(std::size_t{1} << 30);
  for (std::int64_t i = 0; i < state.range(0); ++i) cache.Add(key_of(i), std::vector<float>(384));
  std::int64_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(cache.Find(key_of(next = (next + 7919) % state.range(0))));
  }
}
BENCHMARK(CacheFind)->ArgName("kept")->Arg(100)->Arg(100'000);

}  // namespace
}  // namespace quartet::bench
