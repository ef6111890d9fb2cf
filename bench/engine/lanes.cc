#include "engine/lanes.h"

#include <algorithm>
#include <ctime>
#include <future>
#include <latch>
#include <utility>

namespace quartet::bench {
namespace {

double ProcessCpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

TimePoint Now() { return std::chrono::steady_clock::now(); }

struct LaneResult {
  std::size_t texts = 0;
  std::vector<double> milliseconds;
};

absl::StatusOr<LaneResult> RunLane(EmbeddingModel& model, const std::vector<TokenBatch>& batches,
                                   std::size_t first, Duration duration) {
  LaneResult result;
  const TimePoint end = Now() + duration;
  TimePoint now = Now();
  for (std::size_t next = first; now < end; ++next) {
    const TokenBatch& batch = batches[next % batches.size()];
    if (const auto vectors = model.Embed(batch); !vectors.ok()) return vectors.status();
    const TimePoint before = std::exchange(now, Now());
    result.milliseconds.push_back(ToSeconds(now - before) * 1000);
    result.texts += batch.sequence_lengths.size();
  }
  return result;
}

}  // namespace

std::vector<TokenBatch> Batches(const TokenIds& texts, std::size_t size) {
  std::vector<TokenBatch> batches;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i % size == 0) batches.emplace_back();
    batches.back().Add({.ids = texts[i]});
  }
  return batches;
}

absl::StatusOr<LaneFigures> RunLanes(EmbeddingModel& model, const std::vector<TokenBatch>& batches,
                                     std::size_t lanes, Duration duration) {
  std::latch together(static_cast<std::ptrdiff_t>(lanes) + 1);
  std::vector<std::future<absl::StatusOr<LaneResult>>> running;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    running.push_back(std::async(std::launch::async, [&, lane] {
      together.arrive_and_wait();
      return RunLane(model, batches, lane * batches.size() / lanes, duration);
    }));
  }
  const double cpu = ProcessCpuSeconds();
  const TimePoint start = Now();
  together.arrive_and_wait();
  LaneFigures figures;
  absl::Status status;
  for (auto& lane : running) {
    const absl::StatusOr<LaneResult> result = lane.get();
    if (!result.ok()) {
      status = result.status();
      continue;
    }
    figures.texts += result->texts;
    figures.forward_milliseconds.insert(figures.forward_milliseconds.end(),
                                        result->milliseconds.begin(), result->milliseconds.end());
  }
  if (!status.ok()) return status;
  figures.wall_seconds = ToSeconds(Now() - start);
  figures.cpu_seconds = ProcessCpuSeconds() - cpu;
  std::sort(figures.forward_milliseconds.begin(), figures.forward_milliseconds.end());
  return figures;
}

}  // namespace quartet::bench
