// The right and the duty to answer one call.
#ifndef QUARTET_CORE_REPLY_H_
#define QUARTET_CORE_REPLY_H_

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace quartet {

// Where an answer goes: a gRPC call, or a recorder in a test. Reply calls Finish exactly once, from
// any thread; IsCancelled at any time before that.
template <class Answer>
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual void Finish(absl::StatusOr<Answer> answer) = 0;
  // The caller has gone: nobody will read the answer (which must be given all the same).
  virtual bool IsCancelled() const = 0;
};

// Move-only owner of a sink. Destroyed unanswered it answers INTERNAL, so that no path through
// the program, however broken, can lose a call. Not thread-safe: one owner at a time.
template <class Answer>
class Reply {
 public:
  explicit Reply(std::unique_ptr<ReplySink<Answer>> sink) : sink_(std::move(sink)) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) = delete;
  ~Reply() {
    if (sink_ != nullptr) {
      sink_->Finish(absl::InternalError("the server dropped this call without an answer"));
    }
  }

  // Once; nothing may be called after it.
  void Finish(absl::StatusOr<Answer> answer) {
    const auto sink = std::exchange(sink_, nullptr);
    sink->Finish(std::move(answer));
  }

  bool IsCancelled() const { return sink_->IsCancelled(); }

 private:
  std::unique_ptr<ReplySink<Answer>> sink_;
};

}  // namespace quartet

#endif  // QUARTET_CORE_REPLY_H_
