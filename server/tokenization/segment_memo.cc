#include "tokenization/segment_memo.h"

#include "absl/strings/string_view.h"

namespace quartet {

const std::vector<Segment>& SegmentMemo::Split(std::string_view word) {
  const bool has_many = ++words_ > kManyWords;
  if (has_many) {
    const auto found = known_.find(absl::string_view(word.data(), word.size()));
    if (found != known_.end()) return found->second;
  }
  segmenter_.Split(word, segments_);
  if (has_many && word.size() <= kLongWord && known_.size() < kMostKnown) {
    known_.emplace(word, segments_);
  }
  return segments_;
}

}  // namespace quartet
