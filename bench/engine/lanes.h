// A model run on one or two lanes, over and over, and what it took.
#ifndef QUARTET_BENCH_ENGINE_LANES_H_
#define QUARTET_BENCH_ENGINE_LANES_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "core/clock.h"
#include "core/embedding_model.h"
#include "core/token_batch.h"
#include "texts/text_file.h"

namespace quartet::bench {

// The texts in order, `size` to a batch.
std::vector<TokenBatch> Batches(const TokenIds& texts, std::size_t size);

struct LaneFigures {
  std::size_t texts = 0;
  double wall_seconds = 0;
  double cpu_seconds = 0;                    // of the whole process
  std::vector<double> forward_milliseconds;  // ascending
};

struct LaneThreads {
  std::size_t lanes = 1;
  std::size_t of_a_lane = 1;  // 2: its forwards are shared with a helper
};

// Every lane is a thread that runs the batches round and round, each from another place, until
// `duration` has passed. Errors are the model's.
absl::StatusOr<LaneFigures> RunLanes(EmbeddingModel& model, const std::vector<TokenBatch>& batches,
                                     const LaneThreads& threads, Duration duration);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_ENGINE_LANES_H_
