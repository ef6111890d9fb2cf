#include "tokenization/unigram_segmenter.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "tokenization/bert_characters.h"

namespace quartet {
namespace {

// How much less probable than the least probable piece an unknown character is.
constexpr double kUnknownPenalty = 10;

// Words of up to so many, nearly all, are split without memory from the heap.
constexpr std::size_t kUsualBytes = 48;

std::vector<double> ScoresOf(const std::vector<ScoredPiece>& pieces) {
  std::vector<double> scores;
  scores.reserve(pieces.size());
  for (const ScoredPiece& piece : pieces) scores.push_back(piece.score);
  return scores;
}

}  // namespace

UnigramSegmenter::UnigramSegmenter(const std::vector<ScoredPiece>& pieces, std::int64_t unknown_id)
    : trie_(pieces),
      scores_(ScoresOf(pieces)),
      unknown_id_(unknown_id),
      unknown_score_(*std::min_element(scores_.begin(), scores_.end()) - kUnknownPenalty) {}

// Viterbi: ends are reached in the order of their starts, so that of equal ways the first stays,
// the one whose last piece is the longest.
void UnigramSegmenter::Split(std::string_view word, std::vector<Segment>& segments) const {
  absl::InlinedVector<Step, kUsualBytes> best(word.size() + 1);
  for (std::size_t start = 0; start < word.size();) {
    const std::size_t character = Utf8Size(word[start]);
    const double score = best[start].score;
    bool is_known = false;
    PieceTrie::Node node = PieceTrie::kRoot;
    for (std::size_t end = start; end < word.size();) {
      const auto child = trie_.Child(node, word[end++]);
      if (!child.has_value()) break;
      node = *child;
      const auto id = trie_.Piece(node);
      if (!id.has_value()) continue;
      const std::size_t length = end - start;
      Offer(*id, length, score + scores_[static_cast<std::size_t>(*id)], best[end]);
      is_known = is_known || length == character;
    }
    if (!is_known) Offer(unknown_id_, character, score + unknown_score_, best[start + character]);
    start += character;
  }

  segments.clear();
  for (std::size_t end = word.size(); end > 0; end -= best[end].length) {
    const Segment segment = {best[end].id, best[end].length};
    if (segment.id == unknown_id_ && !segments.empty() && segments.back().id == unknown_id_) {
      segments.back().length += segment.length;
    } else {
      segments.push_back(segment);
    }
  }
  std::reverse(segments.begin(), segments.end());
}

void UnigramSegmenter::Offer(std::int64_t id, std::size_t length, double score, Step& end) const {
  if (end.id >= 0 && score <= end.score) return;
  end = {static_cast<std::int32_t>(id), static_cast<std::uint32_t>(length), score};
}

}  // namespace quartet
