// A list of texts as several calls, some of them under way at a time.
#ifndef QUARTET_CLIENT_LIBRARY_EMBED_CALLS_H_
#define QUARTET_CLIENT_LIBRARY_EMBED_CALLS_H_

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "library/client.h"
#include "library/queue_tag.h"
#include "quartet/v1/embedding.grpc.pb.h"

namespace quartet::client {

// Driven by whoever takes tags from `queue`, one thread at a time.
class EmbedCalls {
 public:
  // What is referred to outlives it; `texts` is not empty, `options` have been checked. `on_end`:
  // the last call has ended, and there is a result; it may delete this.
  EmbedCalls(v1::EmbeddingService::Stub& stub, const ClientOptions& options,
             const std::vector<std::string>& texts, const EmbedOptions& wanted,
             grpc::CompletionQueue& queue, std::function<void()> on_end);
  ~EmbedCalls();

  void Start();
  // The first failure is the result; nothing is started after it.
  void Fail(absl::Status failure);
  // Once, at the end.
  absl::StatusOr<Embedded> TakeResult();

 private:
  struct Call;

  void OnTag(Call& call);
  bool MayGoAgain(const Call& call) const;
  void StartNext();
  void Send(Call& call);
  void TakeAnswer(const Call& call);
  bool IsWhole(const Call& call) const;

  v1::EmbeddingService::Stub& stub_;
  const ClientOptions& options_;
  const std::vector<std::string>& texts_;
  v1::EmbedRequest request_;
  grpc::CompletionQueue& queue_;
  const std::function<void()> on_end_;
  std::vector<std::unique_ptr<Call>> running_;
  std::size_t next_ = 0;  // text to be sent
  std::chrono::steady_clock::time_point last_answer_ = std::chrono::steady_clock::now();
  Embedded embedded_;
  absl::Status failure_;
};

// Waits for all.
absl::StatusOr<Embedded> EmbedInCalls(v1::EmbeddingService::Stub& stub,
                                      const ClientOptions& options,
                                      const std::vector<std::string>& texts,
                                      const EmbedOptions& wanted);

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_EMBED_CALLS_H_
