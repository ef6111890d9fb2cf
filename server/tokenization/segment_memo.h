// What the words of one text became, for words that come again.
#ifndef QUARTET_TOKENIZATION_SEGMENT_MEMO_H_
#define QUARTET_TOKENIZATION_SEGMENT_MEMO_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "tokenization/segmenter.h"

namespace quartet {

// A text of very many words has most of them more than once: 32 KB of U+FDFA, each of which is four
// words, take a third of the time. Memory is bounded. Not thread-safe; the segmenter must outlive
// it.
class SegmentMemo {
 public:
  static constexpr std::size_t kManyWords = 1024;  // fewer are split without looking
  static constexpr std::size_t kMostKnown = 1024;
  static constexpr std::size_t kLongWord = 64;  // bytes; longer ones are not kept

  explicit SegmentMemo(const Segmenter& segmenter) : segmenter_(segmenter) {}

  // As Segmenter's. What is returned holds until the next call.
  const std::vector<Segment>& Split(std::string_view word);

 private:
  const Segmenter& segmenter_;
  std::size_t words_ = 0;
  std::vector<Segment> segments_;
  absl::flat_hash_map<std::string, std::vector<Segment>> known_;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_SEGMENT_MEMO_H_
