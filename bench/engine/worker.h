// Answers the questions of the bench's runner about one loaded model. The peers' engines speak the
// same lines, see bench/peers/common/engine_worker.py.
#ifndef QUARTET_BENCH_ENGINE_WORKER_H_
#define QUARTET_BENCH_ENGINE_WORKER_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/embedding_model.h"
#include "core/token_batch.h"
#include "engine/lanes.h"

namespace quartet::bench {

// Not thread-safe.
class Worker {
 public:
  // Sets of texts are files NAME.ids in `ids_folder`; a name starting with "fours" is run in
  // batches of four, every other text by text. `model` must outlive the worker.
  Worker(EmbeddingModel& model, std::string ids_folder, const LaneThreads& threads);

  // Two kinds of question, one JSON object each; the answer is one line of JSON.
  //   {"run": "fours-short", "seconds": 0.5}    texts/s, latencies, CPU time, memory
  //   {"vectors": "verify", "to": "file"}       writes them, little-endian float32
  // Errors: the question's, the file's or the model's.
  absl::StatusOr<std::string> Answer(const std::string& line);

 private:
  absl::StatusOr<std::string> Run(const std::string& set, double seconds);
  absl::StatusOr<std::string> WriteVectors(const std::string& set, const std::string& path);
  // Each of its batches has run once.
  absl::StatusOr<const std::vector<TokenBatch>*> WarmSet(const std::string& set);

  EmbeddingModel& model_;
  const std::string ids_folder_;
  const LaneThreads threads_;
  std::map<std::string, std::vector<TokenBatch>> warm_;
};

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_ENGINE_WORKER_H_
