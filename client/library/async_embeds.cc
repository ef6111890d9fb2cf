#include "library/async_embeds.h"

#include <chrono>
#include <memory>
#include <utility>

#include "library/embed_calls.h"

namespace quartet::client {
namespace {

absl::Status Ended() { return absl::CancelledError("the client has ended"); }

}  // namespace

// Deletes itself when its caller was told. Begins on the queue's thread, like all that follows:
// nothing of it needs a lock.
struct AsyncEmbeds::List final : QueueTag {
  List(AsyncEmbeds& embeds, std::vector<std::string> texts_of, const EmbedOptions& wanted,
       EmbedDone done)
      : embeds(embeds),
        texts(std::move(texts_of)),
        done(std::move(done)),
        calls(embeds.stub_, embeds.options_, texts, wanted, embeds.queue_,
              [this] { Finish(calls.TakeResult()); }) {}

  void OnTag() override {
    if (embeds.stopping_) return Finish(Ended());
    embeds.running_.insert(this);
    calls.Start();
  }

  void Finish(absl::StatusOr<Embedded> result) {
    done(std::move(result));
    embeds.running_.erase(this);
    --embeds.pending_;
    delete this;
  }

  AsyncEmbeds& embeds;
  const std::vector<std::string> texts;
  const EmbedDone done;
  grpc::Alarm begin;
  EmbedCalls calls;
};

AsyncEmbeds::AsyncEmbeds(v1::EmbeddingService::Stub& stub, const ClientOptions& options)
    : stub_(stub), options_(options), thread_([this] { Run(); }) {}

AsyncEmbeds::~AsyncEmbeds() {
  stop_alarm_.Set(&queue_, std::chrono::system_clock::now(), &stop_);
  thread_.join();
  queue_.Shutdown();
}

void AsyncEmbeds::Stop::OnTag() {
  embeds.stopping_ = true;
  for (List* list : embeds.running_) list->calls.Fail(Ended());
}

void AsyncEmbeds::Run() {
  while (!(stopping_ && pending_ == 0) && TakeTag(queue_)) {
  }
}

void AsyncEmbeds::Embed(std::vector<std::string> texts, const EmbedOptions& wanted,
                        EmbedDone done) {
  ++pending_;
  auto list = std::make_unique<List>(*this, std::move(texts), wanted, std::move(done));
  grpc::Alarm& begin = list->begin;
  begin.Set(&queue_, std::chrono::system_clock::now(), list.release());
}

}  // namespace quartet::client
