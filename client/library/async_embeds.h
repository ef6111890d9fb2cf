// Lists of texts that are embedded in the background.
#ifndef QUARTET_CLIENT_LIBRARY_ASYNC_EMBEDS_H_
#define QUARTET_CLIENT_LIBRARY_ASYNC_EMBEDS_H_

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstddef>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "library/client.h"
#include "library/queue_tag.h"
#include "quartet/v1/embedding.grpc.pb.h"

namespace quartet::client {

// Owns one thread, which runs all lists and calls their `done`. Thread-safe.
class AsyncEmbeds {
 public:
  // Both outlive it.
  AsyncEmbeds(v1::EmbeddingService::Stub& stub, const ClientOptions& options);
  // Lists under way end as CANCELLED; waits until each was told. Not from a `done`.
  ~AsyncEmbeds();

  void Embed(std::vector<std::string> texts, const EmbedOptions& wanted, EmbedDone done);

 private:
  struct List;
  struct Stop final : QueueTag {
    explicit Stop(AsyncEmbeds& embeds) : embeds(embeds) {}
    void OnTag() override;
    AsyncEmbeds& embeds;
  };

  void Run();

  v1::EmbeddingService::Stub& stub_;
  const ClientOptions& options_;
  grpc::CompletionQueue queue_;
  std::atomic<std::size_t> pending_ = 0;  // lists that were not told yet
  // The thread's alone.
  std::set<List*> running_;
  bool stopping_ = false;

  Stop stop_{*this};
  grpc::Alarm stop_alarm_;
  std::thread thread_;  // last: it uses what is above
};

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_ASYNC_EMBEDS_H_
