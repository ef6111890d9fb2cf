#include "tokenization/last_words.h"

namespace quartet {

void LastWords::Add(std::string_view word) {
  // Half at a time, so that each word is moved once at most.
  if (begins_.size() >= 2 * most_) Forget(begins_.size() - most_);
  begins_.push_back(end_);
  text_.resize(end_);
  text_ += word;
  end_ = text_.size();
}

bool LastWords::TakeLast(std::string_view& word) {
  if (begins_.empty()) return false;
  word = std::string_view(text_).substr(begins_.back(), end_ - begins_.back());
  end_ = begins_.back();
  begins_.pop_back();
  return true;
}

void LastWords::Forget(std::size_t count) {
  const std::size_t bytes = begins_[count];
  text_.erase(0, bytes);
  begins_.erase(begins_.begin(), begins_.begin() + static_cast<std::ptrdiff_t>(count));
  for (std::size_t& begin : begins_) begin -= bytes;
  end_ -= bytes;
}

}  // namespace quartet
