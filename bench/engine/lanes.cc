#include "engine/lanes.h"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <future>
#include <latch>
#include <memory>
#include <thread>
#include <utility>

#include "pipeline/lane_helper.h"

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

// The second thread of a lane, spinning for its forwards.
class HelperThread {
 public:
  explicit HelperThread(EmbeddingModel& model) {
    helper_.BeginBatch();  // forwards wait for it, always
    thread_ = std::thread([this, &model] {
      model.PrepareThread();
      while (!stop_) helper_.Serve([this] { return stop_.load(); });
    });
  }
  ~HelperThread() {
    stop_ = true;
    thread_.join();
  }
  LaneHelper& helper() { return helper_; }

 private:
  SystemClock clock_;
  LaneHelper helper_{clock_};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

absl::StatusOr<LaneResult> RunLane(EmbeddingModel& model, ForwardHelper* helper,
                                   const std::vector<TokenBatch>& batches, std::size_t first,
                                   Duration duration) {
  LaneResult result;
  const TimePoint end = Now() + duration;
  TimePoint now = Now();
  for (std::size_t next = first; now < end; ++next) {
    const TokenBatch& batch = batches[next % batches.size()];
    if (const auto vectors = model.Embed(batch, helper); !vectors.ok()) return vectors.status();
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
                                     const LaneThreads& threads, Duration duration) {
  const std::size_t lanes = threads.lanes;
  std::vector<std::unique_ptr<HelperThread>> helpers(lanes);
  std::latch together(static_cast<std::ptrdiff_t>(lanes) + 1);
  std::vector<std::future<absl::StatusOr<LaneResult>>> running;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    running.push_back(std::async(std::launch::async, [&, lane] {
      model.PrepareThread();
      if (threads.of_a_lane > 1) helpers[lane] = std::make_unique<HelperThread>(model);
      together.arrive_and_wait();
      LaneHelper* helper = helpers[lane] == nullptr ? nullptr : &helpers[lane]->helper();
      return RunLane(model, helper, batches, lane * batches.size() / lanes, duration);
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
