#include "tokenization/segment_memo.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

// A word is one segment, whose id is its first byte.
class CountingSegmenter final : public Segmenter {
 public:
  void Split(std::string_view word, std::vector<Segment>& segments) const override {
    segments = {{.id = word.front(), .length = word.size()}};
    ++splits;
  }
  mutable std::size_t splits = 0;
};

std::int64_t IdOf(SegmentMemo& memo, const std::string& word) {
  const std::vector<Segment>& segments = memo.Split(word);
  REQUIRE(segments.size() == 1);
  REQUIRE(segments[0].length == word.size());
  return segments[0].id;
}

TEST_CASE("after many words, one that comes again is not split again", "[tokenization]") {
  const CountingSegmenter segmenter;
  SegmentMemo memo(segmenter);
  for (std::size_t i = 0; i < SegmentMemo::kManyWords; ++i) IdOf(memo, "a");
  CHECK(segmenter.splits == SegmentMemo::kManyWords);
  for (int i = 0; i < 10; ++i) {
    CHECK(IdOf(memo, "a") == 'a');
    CHECK(IdOf(memo, "b") == 'b');
  }
  CHECK(segmenter.splits == SegmentMemo::kManyWords + 2);
}

TEST_CASE("what is remembered is bounded, and no long word", "[tokenization]") {
  const CountingSegmenter segmenter;
  SegmentMemo memo(segmenter);
  const std::string long_word(SegmentMemo::kLongWord + 1, 'x');
  for (std::size_t i = 0; i < SegmentMemo::kManyWords; ++i) IdOf(memo, "a");
  const std::size_t before = segmenter.splits;
  for (int i = 0; i < 3; ++i) IdOf(memo, long_word);
  CHECK(segmenter.splits == before + 3);
  for (std::size_t i = 0; i < SegmentMemo::kMostKnown; ++i) IdOf(memo, std::to_string(i));
  for (int i = 0; i < 3; ++i) IdOf(memo, "one too many");
  CHECK(segmenter.splits == before + 3 + SegmentMemo::kMostKnown + 3);
  CHECK(IdOf(memo, "0") == '0');
  CHECK(segmenter.splits == before + 3 + SegmentMemo::kMostKnown + 3);
}

}  // namespace
}  // namespace quartet
