// The texts of a stream from being accepted to being written: answered in any order, taken in the
// order of reading.
#ifndef QUARTET_RPC_ANSWER_WINDOW_H_
#define QUARTET_RPC_ANSWER_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "quartet/v1/embedding.pb.h"

namespace quartet {

// Not thread-safe.
class AnswerWindow {
 public:
  // A text of so many bytes joins as the last one; its number in the stream.
  std::uint64_t Add(std::size_t bytes);
  // The last one leaves; its number will be given again.
  void RemoveLast();
  // Whether this is the number of the last one.
  bool IsLast(std::uint64_t number) const { return number + 1 == first_ + items_.size(); }

  // Once for each number that is inside.
  void Answer(std::uint64_t number, v1::EmbedStreamResponse answer);

  // The first one leaves, which must be answered. Its answer names the model where that is another
  // one than the last answer's.
  v1::EmbedStreamResponse TakeFirst();

  std::size_t size() const { return items_.size(); }
  std::size_t unanswered() const { return unanswered_; }
  std::size_t bytes() const { return bytes_; }  // of the texts that are not answered
  bool FirstIsAnswered() const { return !items_.empty() && items_.front().answer.has_value(); }
  bool FirstIsError() const { return FirstIsAnswered() && items_.front().answer->has_error(); }

 private:
  struct Item {
    std::size_t bytes = 0;
    std::optional<v1::EmbedStreamResponse> answer;
  };

  std::deque<Item> items_;
  std::uint64_t first_ = 0;  // its number
  std::size_t unanswered_ = 0;
  std::size_t bytes_ = 0;
  std::string fingerprint_;  // of the last answer taken that had one
};

}  // namespace quartet

#endif  // QUARTET_RPC_ANSWER_WINDOW_H_
