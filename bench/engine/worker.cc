#include "engine/worker.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "host/process_stats.h"
#include "load/load_result.h"
#include "texts/text_file.h"

namespace quartet::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMebibyte = 1024.0 * 1024.0;

std::size_t BatchSize(const std::string& set) {
  return set.rfind("fours", 0) == 0 ? kMaxBatchItems : 1;
}

}  // namespace

Worker::Worker(EmbeddingModel& model, std::string ids_folder, const LaneThreads& threads)
    : model_(model), ids_folder_(std::move(ids_folder)), threads_(threads) {}

absl::StatusOr<std::string> Worker::Answer(const std::string& line) {
  const Json question = Json::parse(line, nullptr, false);
  if (question.is_object() && question.contains("run") && question.contains("seconds")) {
    return Run(question["run"], question["seconds"]);
  }
  if (question.is_object() && question.contains("vectors") && question.contains("to")) {
    return WriteVectors(question["vectors"], question["to"]);
  }
  return absl::InvalidArgumentError(absl::StrCat("not a question: ", line));
}

absl::StatusOr<const std::vector<TokenBatch>*> Worker::WarmSet(const std::string& set) {
  if (const auto found = warm_.find(set); found != warm_.end()) return &found->second;
  const absl::StatusOr<TokenIds> texts = ReadTokenIds(ids_folder_ + "/" + set + ".ids");
  if (!texts.ok()) return texts.status();
  std::vector<TokenBatch> batches = Batches(*texts, BatchSize(set));
  for (const TokenBatch& batch : batches) {
    if (const auto vectors = model_.Embed(batch); !vectors.ok()) return vectors.status();
  }
  return &warm_.emplace(set, std::move(batches)).first->second;
}

absl::StatusOr<std::string> Worker::Run(const std::string& set, double seconds) {
  const auto batches = WarmSet(set);
  if (!batches.ok()) return batches.status();
  const auto duration =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  const absl::StatusOr<LaneFigures> figures = RunLanes(model_, **batches, threads_, duration);
  if (!figures.ok()) return figures.status();
  const ProcessStats stats = ReadProcessStats();
  const auto texts = static_cast<double>(figures->texts);
  const Json answer = {{"set", set},
                       {"forwards", figures->forward_milliseconds.size()},
                       {"texts", figures->texts},
                       {"p50_ms", Percentile(figures->forward_milliseconds, 0.5)},
                       {"p99_ms", Percentile(figures->forward_milliseconds, 0.99)},
                       {"texts_per_s", texts / figures->wall_seconds},
                       {"cpu_ms_per_text", figures->cpu_seconds * 1000 / texts},
                       {"rss_mb", static_cast<double>(stats.resident_bytes) / kMebibyte},
                       {"anon_mb", static_cast<double>(stats.anonymous_bytes) / kMebibyte}};
  return answer.dump();
}

absl::StatusOr<std::string> Worker::WriteVectors(const std::string& set, const std::string& path) {
  const absl::StatusOr<TokenIds> texts = ReadTokenIds(ids_folder_ + "/" + set + ".ids");
  if (!texts.ok()) return texts.status();
  std::ofstream file(path, std::ios::binary);
  for (const TokenBatch& batch : Batches(*texts, 1)) {
    const auto vectors = model_.Embed(batch);
    if (!vectors.ok()) return vectors.status();
    const std::span<const float> row = vectors->row(0);
    file.write(reinterpret_cast<const char*>(row.data()),
               static_cast<std::streamsize>(row.size_bytes()));
  }
  if (!file.flush()) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  return Json{{"rows", texts->size()}}.dump();
}

}  // namespace quartet::bench
