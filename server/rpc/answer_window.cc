#include "rpc/answer_window.h"

#include <utility>

namespace quartet {

std::uint64_t AnswerWindow::Add(std::size_t bytes) {
  items_.emplace_back().bytes = bytes;
  ++unanswered_;
  bytes_ += bytes;
  return first_ + items_.size() - 1;
}

void AnswerWindow::RemoveLast() {
  --unanswered_;
  bytes_ -= items_.back().bytes;
  items_.pop_back();
}

void AnswerWindow::Answer(std::uint64_t number, v1::EmbedStreamResponse answer) {
  Item& item = items_[number - first_];
  item.answer = std::move(answer);
  --unanswered_;
  bytes_ -= item.bytes;
}

v1::EmbedStreamResponse AnswerWindow::TakeFirst() {
  v1::EmbedStreamResponse answer = *std::move(items_.front().answer);
  items_.pop_front();
  ++first_;
  if (!answer.has_embedding()) return answer;
  if (answer.model_fingerprint() == fingerprint_) {
    answer.clear_model_fingerprint();
  } else {
    fingerprint_ = answer.model_fingerprint();
  }
  return answer;
}

}  // namespace quartet
