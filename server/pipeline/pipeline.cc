#include "pipeline/pipeline.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "pipeline/report_dead.h"

namespace quartet {
namespace {

// Between two looks at the whole queue for calls that have gone: some 20,000 items at most, a
// millisecond.
constexpr Duration kSweepPeriod = std::chrono::milliseconds(50);

// The most tokens a text may become: a token covers at least one byte, and two special tokens come
// with it.
std::size_t MostTokens(const std::string& text, const Tokenizer& tokenizer) {
  return std::min(text.size() + 2, tokenizer.max_sequence_length());
}

std::size_t MostTokens(const std::vector<std::string>& texts, const Tokenizer& tokenizer) {
  std::size_t tokens = 0;
  for (const std::string& text : texts) tokens += MostTokens(text, tokenizer);
  return tokens;
}

std::vector<std::unique_ptr<ModelWorker>> MakeLanes(const Pipeline::Options& options,
                                                    BatchQueue& queue, LaneHelper& helper,
                                                    ServiceRate& rate, VectorCache& cache,
                                                    const Clock& clock,
                                                    PipelineObserver& observer) {
  std::vector<std::unique_ptr<ModelWorker>> lanes;
  for (std::size_t i = 0; i < options.lanes; ++i) {
    lanes.push_back(std::make_unique<ModelWorker>(queue, options.lanes > 1 ? &helper : nullptr,
                                                  rate, cache, clock, observer, options.pace));
  }
  return lanes;
}

}  // namespace

Pipeline::Pipeline(const Options& options, const Clock& clock, PipelineObserver& observer)
    : clock_(clock),
      observer_(observer),
      rate_(options.lanes),
      admission_({.max_tokens = options.max_queue_tokens,
                  .max_wait = options.max_queue_time,
                  .max_client_calls = options.max_client_calls},
                 rate_),
      queue_(options.max_batch_items, clock, observer),
      cache_(options.cache_bytes),
      helper_(clock),
      lanes_(MakeLanes(options, queue_, helper_, rate_, cache_, clock, observer)),
      tokenizing_(queue_, cache_, clock, observer) {}

Pipeline::~Pipeline() {
  tokenizing_.Close();
  queue_.Close();
  lanes_.clear();
}

void Pipeline::Prepare(EmbeddingModel& model) {
  for (const auto& lane : lanes_) lane->Prepare(model);
}

void Pipeline::SetMemoryIsShort(bool is_short) {
  admission_.SetMemoryIsShort(is_short);
  if (!is_short || !cache_.is_on()) return;
  cache_.Clear();
  observer_.OnCacheChanged(cache_.Size());
}

Duration Pipeline::LongestForward() const {
  Duration longest{};
  for (const auto& lane : lanes_) longest = std::max(longest, lane->ForwardTime());
  return longest;
}

Duration Pipeline::OldestWait() {
  if (!queue_.MayHaveWork()) return Duration::zero();
  const std::optional<TimePoint> oldest = queue_.OldestAccepted();
  return oldest ? clock_.Now() - *oldest : Duration::zero();
}

absl::StatusOr<Permit> Pipeline::Admit(const Claim& claim, TimePoint now) {
  AdmissionResult result = admission_.TryAdmit(claim);
  if (result.rejected && result.rejected != RejectReason::kMemory && SweepDead(now)) {
    AdmissionResult second = admission_.TryAdmit(claim);
    if (second.permit.ok()) return std::move(second.permit);
  }
  if (result.rejected && claim.stream == 0) observer_.OnRejected(*result.rejected);
  return std::move(result.permit);
}

bool Pipeline::SweepDead(TimePoint now) {
  TimePoint next = next_sweep_.load(std::memory_order_relaxed);
  if (now < next || !next_sweep_.compare_exchange_strong(next, now + kSweepPeriod)) return false;
  for (const DeadItem& dead : queue_.TakeDead()) {
    ReportDead(*dead.item.call, dead.state, Stage::kQueue, 1, observer_);
  }
  return true;
}

void Pipeline::Submit(Request request) {
  const TimePoint now = clock_.Now();
  absl::StatusOr<Permit> permit =
      Admit({.client = request.client,
             .tokens = MostTokens(request.texts, *request.served->tokenizer),
             .time_left = request.deadline - now,
             .stream = request.stream},
            now);
  if (!permit.ok()) {
    request.reply.Finish(permit.status());
    return;
  }
  tokenizing_.Push(std::make_shared<PendingCall>(std::move(request), *std::move(permit), now));
}

void Pipeline::SubmitTokenize(TokenizeRequest request) {
  const TimePoint now = clock_.Now();
  absl::StatusOr<Permit> permit =
      Admit({.client = request.client,
             .tokens = MostTokens(request.text, *request.served->tokenizer),
             .time_left = request.deadline - now},
            now);
  if (!permit.ok()) {
    request.reply.Finish(permit.status());
    return;
  }
  tokenizing_.Push(AdmittedTokenize{std::move(request), *std::move(permit)});
}

}  // namespace quartet
