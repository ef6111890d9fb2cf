#include "tokenization/word_stream.h"

#include <algorithm>

#include "tokenization/bert_characters.h"

namespace quartet {

bool WordStream::Next(Word& word) {
  word.text.clear();
  word.characters = 0;
  word.sources.clear();
  while (Fill()) {
    const Character& character = ready_[next_];
    const char32_t code_point = character.code_point;
    if (IsWhitespace(code_point)) {
      ++next_;
      if (word.characters > 0) return true;
    } else if (IsPunctuation(code_point)) {
      if (word.characters > 0) return true;
      ++next_;
      Append(character, word);
      return true;
    } else {
      ++next_;
      Append(character, word);
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
  const std::size_t begin = size_ - text_.size();
  const ByteRange source = {begin, begin + size};
  text_.remove_prefix(size);
  if (IsDropped(code_point)) return;
  if (IsWhitespace(code_point)) {
    AddToCluster({U' ', source});
  } else if (options_.split_cjk && IsIdeograph(code_point)) {
    AddToCluster({U' ', source});
    AddToCluster({code_point, source});
    AddToCluster({U' ', source});
  } else {
    AddToCluster({code_point, source});
  }
}

void WordStream::AddToCluster(const Character& character) {
  if (!options_.strip_accents) {
    AppendReady(character);
    return;
  }
  if (character.code_point < 0x80) {  // starts a cluster and decomposes to itself
    FinishCluster();
    cluster_.push_back({character.code_point, true});
    cluster_sources_.push_back(character.source);
    return;
  }
  decomposed_.clear();
  AppendDecomposed(character.code_point, decomposed_);
  bool is_first = true;
  for (const char32_t part : decomposed_) {
    if (CombiningClass(part) == 0) FinishCluster();
    cluster_.push_back({part, is_first});
    if (is_first) cluster_sources_.push_back(character.source);
    is_first = false;
  }
}

// Canonical ordering: marks by their class, those of one class as they came. Sources stay in their
// order: Hugging Face's take the n-th character for the n-th of the text, wherever it came from.
void WordStream::FinishCluster() {
  // Nearly every cluster is one character, and stable_sort allocates a buffer even for that.
  if (cluster_.size() > 1) {
    std::stable_sort(cluster_.begin(), cluster_.end(), [](const Part& a, const Part& b) {
      return CombiningClass(a.code_point) < CombiningClass(b.code_point);
    });
  }
  auto source = cluster_sources_.begin();
  for (const Part& part : cluster_) {
    if (part.is_first) last_source_ = *source++;
    if (!IsNonspacingMark(part.code_point)) AppendReady({part.code_point, last_source_});
  }
  cluster_sources_.clear();
  cluster_.clear();
}

void WordStream::AppendReady(const Character& character) {
  if (!options_.lower_case) {
    ready_.push_back(character);
    return;
  }
  lower_case_.clear();
  AppendLowerCase(character.code_point, lower_case_);
  for (const char32_t part : lower_case_) ready_.push_back({part, character.source});
}

void WordStream::Append(const Character& character, Word& word) const {
  if (++word.characters == 1) word.source.begin = character.source.begin;
  word.source.end = character.source.end;
  if (word.characters > options_.max_word_characters) return;
  AppendUtf8(character.code_point, word.text);
  word.sources.push_back(character.source);
}

}  // namespace quartet
