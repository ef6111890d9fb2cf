#include "pipeline/tokenizing.h"

#include <string>
#include <utility>
#include <vector>

#include "core/error_detail.h"
#include "pipeline/report_dead.h"

namespace quartet {
namespace {

// A text whose vector was kept.
struct KnownItem {
  WorkItem item;
  std::vector<float> vector;
};

void AnswerKnown(KnownItem known, TimePoint now) {
  const WorkItem& item = known.item;
  item.call->Deliver(
      item.index, {std::move(known.vector), item.tokens.ids.size(), item.tokens.truncated},
      {.queue = now - item.call->accepted() - item.tokenize, .tokenize = item.tokenize});
}

}  // namespace

Tokenizing::Tokenizing(BatchQueue& queue, VectorCache& cache, const Clock& clock,
                       PipelineObserver& observer)
    : queue_(queue), cache_(cache), clock_(clock), observer_(observer), thread_([this] {
        Run();
      }) {}

Tokenizing::~Tokenizing() { Close(); }

void Tokenizing::Add(Work work) {
  {
    const MutexLock lock(mutex_);
    work_.push_back(std::move(work));
  }
  changed_.NotifyOne();
}

void Tokenizing::Close() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
  }
  changed_.NotifyOne();
  if (thread_.joinable()) thread_.join();
}

void Tokenizing::Run() {
  while (std::optional<Work> work = Next()) {
    std::visit([this](auto& call) { Process(call); }, *work);
  }
}

std::optional<Tokenizing::Work> Tokenizing::Next() {
  const MutexLock lock(mutex_);
  while (work_.empty() && !closed_) changed_.Wait(mutex_);
  if (work_.empty()) return std::nullopt;
  std::optional<Work> work = std::move(work_.front());
  work_.pop_front();
  return work;
}

// All texts of a call are tokenized before the first is queued: one that is refused ends the call
// before any forward was spent on it.
void Tokenizing::Process(const std::shared_ptr<PendingCall>& call) {
  std::vector<WorkItem> items;
  std::vector<KnownItem> known;
  std::size_t tokens = 0;
  for (std::size_t index = 0; index < call->texts().size(); ++index) {
    const TimePoint start = clock_.Now();
    if (const CallState state = call->StateAt(start); state != CallState::kAlive) {
      ReportDead(*call, state, Stage::kTokenize, call->texts().size() - index, observer_);
      return;
    }
    absl::StatusOr<TokenSequence> sequence =
        call->served()->tokenizer->Tokenize(call->texts()[index], call->truncation());
    if (!sequence.ok()) {
      call->Fail(InvalidField(TextField(index), std::string(sequence.status().message())));
      return;
    }
    const Duration tokenize = clock_.Now() - start;
    observer_.OnTokenized(sequence->ids.size(), sequence->truncated, tokenize);
    WorkItem item{call, index, *std::move(sequence), tokenize};
    if (std::optional<std::vector<float>> vector = Find(item)) {
      known.push_back({std::move(item), *std::move(vector)});
      continue;
    }
    tokens += item.tokens.ids.size();
    items.push_back(std::move(item));
  }
  call->SetTokens(tokens);
  for (KnownItem& item : known) AnswerKnown(std::move(item), clock_.Now());
  if (!items.empty()) queue_.Push(std::move(items));
}

std::optional<std::vector<float>> Tokenizing::Find(const WorkItem& item) {
  if (!cache_.is_on()) return std::nullopt;
  std::optional<std::vector<float>> vector =
      cache_.Find(VectorCache::KeyOf(item.call->served()->info.fingerprint, item.tokens));
  observer_.OnCacheLookup(vector.has_value());
  return vector;
}

void Tokenizing::Process(AdmittedTokenize& call) {
  absl::StatusOr<std::vector<Token>> answer = Answer(call.request);
  call.permit.GiveBack();
  call.request.reply.Finish(std::move(answer));
}

absl::StatusOr<std::vector<Token>> Tokenizing::Answer(const TokenizeRequest& request) {
  if (request.reply.IsCancelled()) {
    observer_.OnCancelled(Stage::kTokenize);
    return StatusOfDead(CallState::kCancelled);
  }
  if (clock_.Now() >= request.deadline) {
    observer_.OnExpired(Stage::kTokenize);
    return StatusOfDead(CallState::kExpired);
  }
  return request.served->tokenizer->Describe(request.text);
}

}  // namespace quartet
