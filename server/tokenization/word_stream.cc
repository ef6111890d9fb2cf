#include "tokenization/word_stream.h"

#include <algorithm>

#include "tokenization/bert_characters.h"

namespace quartet {

bool WordStream::Next(Word& word) {
  word.text.clear();
  word.characters = 0;
  while (Fill()) {
    const char32_t code_point = ready_[next_];
    if (IsWhitespace(code_point)) {
      ++next_;
      if (word.characters > 0) return true;
    } else if (IsPunctuation(code_point)) {
      if (word.characters > 0) return true;
      ++next_;
      Append(code_point, word);
      return true;
    } else {
      ++next_;
      Append(code_point, word);
    }
  }
  return word.characters > 0;
}

bool WordStream::Fill() {
  if (next_ < ready_.size()) return true;
  ready_.clear();
  next_ = 0;
  while (ready_.empty() && !text_.empty()) ReadOne();
  if (text_.empty()) FinishCluster();
  return !ready_.empty();
}

void WordStream::ReadOne() {
  std::size_t size = 0;
  const char32_t code_point = DecodeUtf8(text_, size);
  text_.remove_prefix(size);
  if (IsDropped(code_point)) return;
  if (IsWhitespace(code_point)) {
    AddToCluster(U' ');
  } else if (options_.split_cjk && IsIdeograph(code_point)) {
    AddToCluster(U' ');
    AddToCluster(code_point);
    AddToCluster(U' ');
  } else {
    AddToCluster(code_point);
  }
}

void WordStream::AddToCluster(char32_t code_point) {
  if (!options_.strip_accents) {
    AppendReady(code_point);
    return;
  }
  if (code_point < 0x80) {  // starts a cluster and decomposes to itself
    FinishCluster();
    cluster_ += code_point;
    return;
  }
  std::u32string decomposed;
  AppendDecomposed(code_point, decomposed);
  for (const char32_t part : decomposed) {
    if (CombiningClass(part) == 0) FinishCluster();
    // Marks that go are not ordered first: a stable sort of the others gives the same.
    if (!IsNonspacingMark(part)) cluster_ += part;
  }
}

// Canonical ordering: marks by their class, those of one class as they came.
void WordStream::FinishCluster() {
  // Nearly every cluster is one character, and stable_sort allocates a buffer even for that.
  if (cluster_.size() > 1) {
    std::stable_sort(cluster_.begin(), cluster_.end(),
                     [](char32_t a, char32_t b) { return CombiningClass(a) < CombiningClass(b); });
  }
  for (const char32_t code_point : cluster_) AppendReady(code_point);
  cluster_.clear();
}

void WordStream::AppendReady(char32_t code_point) {
  if (options_.lower_case) {
    AppendLowerCase(code_point, ready_);
  } else {
    ready_ += code_point;
  }
}

void WordStream::Append(char32_t code_point, Word& word) const {
  if (++word.characters <= options_.max_word_characters) AppendUtf8(code_point, word.text);
}

}  // namespace quartet
