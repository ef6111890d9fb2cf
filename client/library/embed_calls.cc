#include "library/embed_calls.h"

#include <grpcpp/alarm.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <span>
#include <utility>

#include "library/channel.h"
#include "library/vector_values.h"
#include "library/wanted.h"

namespace quartet::client {
namespace {

v1::EmbedRequest RequestOf(const EmbedOptions& wanted) {
  v1::EmbedRequest request;
  SetWanted(wanted, request);
  return request;
}

// Before a call goes again that was refused for overload, gRPC's own retries included: this list's
// other calls may be the load, and end meanwhile.
constexpr std::chrono::milliseconds kPause{200};

}  // namespace

// Some of the texts, until they are answered.
struct EmbedCalls::Call final : QueueTag {
  explicit Call(EmbedCalls& list) : list(list) {}
  void OnTag() override { list.OnTag(*this); }

  EmbedCalls& list;
  std::size_t first = 0;  // the place of its first text
  std::size_t count = 0;
  std::unique_ptr<grpc::ClientContext> context;
  v1::EmbedResponse response;
  grpc::Status status;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::EmbedResponse>> reader;
  grpc::Alarm alarm;
  bool pauses = false;  // until the alarm
};

EmbedCalls::EmbedCalls(v1::EmbeddingService::Stub& stub, const ClientOptions& options,
                       const std::vector<std::string>& texts, const EmbedOptions& wanted,
                       grpc::CompletionQueue& queue, std::function<void()> on_end)
    : stub_(stub),
      options_(options),
      texts_(texts),
      request_(RequestOf(wanted)),
      queue_(queue),
      on_end_(std::move(on_end)) {
  embedded_.truncated.resize(texts.size());
}

EmbedCalls::~EmbedCalls() = default;

void EmbedCalls::Start() {
  for (std::size_t i = 0; i < options_.concurrency; ++i) StartNext();
}

absl::StatusOr<Embedded> EmbedCalls::TakeResult() {
  if (!failure_.ok()) return failure_;
  return std::move(embedded_);
}

void EmbedCalls::OnTag(Call& call) {
  if (std::exchange(call.pauses, false) && failure_.ok()) return Send(call);
  if (MayGoAgain(call)) {
    call.pauses = true;
    return call.alarm.Set(&queue_, std::chrono::system_clock::now() + kPause, &call);
  }
  TakeAnswer(call);
  running_.erase(std::find_if(running_.begin(), running_.end(),
                              [&](const auto& running) { return running.get() == &call; }));
  StartNext();
  if (!running_.empty()) return;
  const std::function<void()> end = on_end_;  // which may delete this
  end();
}

bool EmbedCalls::MayGoAgain(const Call& call) const {
  return failure_.ok() && call.status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
         std::chrono::steady_clock::now() < last_answer_ + options_.timeout;
}

void EmbedCalls::StartNext() {
  if (next_ == texts_.size() || !failure_.ok()) return;
  auto call = std::make_unique<Call>(*this);
  call->first = next_;
  call->count = std::min(options_.batch_size, texts_.size() - next_);
  next_ += call->count;
  Send(*call);
  running_.push_back(std::move(call));
}

void EmbedCalls::Send(Call& call) {
  request_.clear_texts();
  for (std::size_t i = 0; i < call.count; ++i) request_.add_texts(texts_[call.first + i]);
  call.reader.reset();  // lives in the memory of the context's call
  call.context = std::make_unique<grpc::ClientContext>();
  PrepareCall(options_, *call.context);
  call.reader = stub_.AsyncEmbed(call.context.get(), request_, &queue_);
  call.reader->Finish(&call.response, &call.status, &call);
}

void EmbedCalls::Fail(absl::Status failure) {
  if (!failure_.ok()) return;
  failure_ = std::move(failure);
  for (const auto& call : running_) {
    call->context->TryCancel();
    if (call->pauses) call->alarm.Cancel();
  }
}

void EmbedCalls::TakeAnswer(const Call& call) {
  if (!call.status.ok()) return Fail(ToAbslStatus(call.status, call.first));
  if (!IsWhole(call)) {
    return Fail(absl::InternalError("the server's answer has other vectors than were asked for"));
  }
  last_answer_ = std::chrono::steady_clock::now();
  if (embedded_.fingerprint.empty()) {
    embedded_.fingerprint = call.response.model_fingerprint();
    embedded_.dimension = DimensionOf(call.response.embeddings(0));
    embedded_.values.resize(texts_.size() * embedded_.dimension);
  } else if (embedded_.fingerprint != call.response.model_fingerprint()) {
    return Fail(absl::AbortedError("the server's model changed in the middle of the list"));
  }
  std::size_t place = call.first;
  for (const v1::Embedding& embedding : call.response.embeddings()) {
    const std::span<float> values(embedded_.values);
    CopyValues(embedding, values.subspan(place * embedded_.dimension, embedded_.dimension));
    embedded_.truncated[place++] = embedding.truncated();
  }
}

// A vector for each text, all of one size.
bool EmbedCalls::IsWhole(const Call& call) const {
  const auto& embeddings = call.response.embeddings();
  if (static_cast<std::size_t>(embeddings.size()) != call.count) return false;
  const std::size_t dimension =
      embedded_.fingerprint.empty() ? DimensionOf(embeddings[0]) : embedded_.dimension;
  return dimension > 0 &&
         std::all_of(embeddings.begin(), embeddings.end(),
                     [dimension](const v1::Embedding& e) { return DimensionOf(e) == dimension; });
}

absl::StatusOr<Embedded> EmbedInCalls(v1::EmbeddingService::Stub& stub,
                                      const ClientOptions& options,
                                      const std::vector<std::string>& texts,
                                      const EmbedOptions& wanted) {
  grpc::CompletionQueue queue;
  bool has_ended = false;
  EmbedCalls calls(stub, options, texts, wanted, queue, [&has_ended] { has_ended = true; });
  calls.Start();
  while (!has_ended && TakeTag(queue)) {
  }
  return calls.TakeResult();
}

}  // namespace quartet::client
