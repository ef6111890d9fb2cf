#include "library/text_queue.h"

#include <utility>

namespace quartet::client {

TextQueue::TextQueue(const NextText& next) : reader_([this, next] { Read(next); }) {}

TextQueue::~TextQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  reader_.join();
}

void TextQueue::Read(const NextText& next) {
  while (true) {
    std::optional<std::string> text = next();
    std::unique_lock lock(mutex_);
    if (!text) ended_ = true;
    if (texts_.empty()) waits_since_ = Clock::now();
    if (text) texts_.push_back(*std::move(text));
    changed_.notify_all();
    changed_.wait(lock, [this] { return texts_.size() < kAhead || stopped_; });
    if (ended_ || stopped_) return;
  }
}

std::optional<std::string> TextQueue::Wait(std::size_t number) {
  std::unique_lock lock(mutex_);
  const auto is_there = [&] { return number < answered_ + texts_.size(); };
  changed_.wait(lock, [&] { return is_there() || ended_ || interrupted_; });
  if (interrupted_ || !is_there()) return std::nullopt;
  return texts_[number - answered_];
}

void TextQueue::TakeAnswered() {
  const std::lock_guard lock(mutex_);
  texts_.pop_front();
  ++answered_;
  waits_since_ = Clock::now();
  if (texts_.size() == kAhead - 1) changed_.notify_all();
}

std::size_t TextQueue::answered() const {
  const std::lock_guard lock(mutex_);
  return answered_;
}

std::optional<TextQueue::Clock::time_point> TextQueue::waits_since() const {
  const std::lock_guard lock(mutex_);
  if (texts_.empty()) return std::nullopt;
  return waits_since_;
}

void TextQueue::Interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  changed_.notify_all();
}

void TextQueue::Resume() {
  const std::lock_guard lock(mutex_);
  interrupted_ = false;
}

}  // namespace quartet::client
