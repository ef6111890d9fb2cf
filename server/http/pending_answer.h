// The answer to one request, for which a thread waits.
#ifndef QUARTET_HTTP_PENDING_ANSWER_H_
#define QUARTET_HTTP_PENDING_ANSWER_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "core/embed_result.h"
#include "core/reply.h"

namespace quartet {

class PendingAnswer {
 public:
  PendingAnswer();

  // Once: what the pipeline answers with, from any thread.
  Reply<EmbedResult> MakeReply();

  // Once, after MakeReply. Blocks until there is an answer: each reply gives one. Asks `is_gone`
  // some times a second; once it is true the reply says that it is cancelled.
  absl::StatusOr<EmbedResult> Wait(const std::function<bool()>& is_gone);

 private:
  class State;
  class Sink;

  const std::shared_ptr<State> state_;  // the reply's too: it may go last
};

}  // namespace quartet

#endif  // QUARTET_HTTP_PENDING_ANSWER_H_
