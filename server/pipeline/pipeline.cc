#include "pipeline/pipeline.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"

namespace quartet {
namespace {

// The most tokens the texts may become: a token covers at least one byte, and two special tokens
// come with each text.
std::size_t MostTokens(const std::vector<std::string>& texts, const Tokenizer& tokenizer) {
  std::size_t tokens = 0;
  for (const std::string& text : texts) {
    tokens += std::min(text.size() + 2, tokenizer.max_sequence_length());
  }
  return tokens;
}

std::vector<std::unique_ptr<ModelWorker>> MakeLanes(std::size_t count, EmbeddingModel& model,
                                                    BatchQueue& queue, LaneHelper& helper,
                                                    const Clock& clock,
                                                    PipelineObserver& observer) {
  std::vector<std::unique_ptr<ModelWorker>> lanes;
  for (std::size_t i = 0; i < count; ++i) {
    lanes.push_back(std::make_unique<ModelWorker>(model, queue, count > 1 ? &helper : nullptr,
                                                  clock, observer));
  }
  return lanes;
}

}  // namespace

Pipeline::Pipeline(const Options& options, const Tokenizer& tokenizer, EmbeddingModel& model,
                   const Clock& clock, PipelineObserver& observer)
    : tokenizer_(tokenizer),
      clock_(clock),
      observer_(observer),
      admission_(options.max_queue_tokens),
      queue_(options.max_batch_items, clock, observer),
      helper_(clock),
      lanes_(MakeLanes(options.lanes, model, queue_, helper_, clock, observer)),
      tokenizing_(tokenizer, queue_, clock, observer) {
  for (const auto& lane : lanes_) lane->WaitUntilPrepared();
}

Pipeline::~Pipeline() {
  tokenizing_.Close();
  queue_.Close();
  lanes_.clear();
}

void Pipeline::Submit(Request request) {
  absl::StatusOr<Permit> permit = admission_.TryAdmit(MostTokens(request.texts, tokenizer_));
  if (!permit.ok()) {
    if (absl::IsResourceExhausted(permit.status())) observer_.OnRejected(RejectReason::kQueueFull);
    request.reply.Finish(permit.status());
    return;
  }
  tokenizing_.Push(
      std::make_shared<PendingCall>(std::move(request), *std::move(permit), clock_.Now()));
}

}  // namespace quartet
