#include "tokenization/bpe_segmenter.h"

#include <cmath>
#include <limits>
#include <queue>
#include <tuple>

#include "tokenization/bert_characters.h"

namespace quartet {

// One word on its way from characters to pieces.
class BpeSegmenter::Merging {
 public:
  Merging(const BpeSegmenter& segmenter, std::string_view word);

  void Run();
  void AppendTo(std::vector<Segment>& segments) const;

 private:
  static constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();

  struct Symbol {
    std::int64_t id;
    std::size_t begin;
    std::size_t length;  // bytes; 0: merged into the one before it
    std::size_t characters;
    std::size_t previous;
    std::size_t next;
  };
  struct Merge {
    double score;
    std::size_t left_characters;
    std::size_t right_characters;
    std::int64_t id;
    std::size_t left;    // symbol
    std::size_t length;  // of both together; another one now: out of date

    // In the order of a priority queue, whose first one is the largest.
    bool operator<(const Merge& other) const {
      return std::tie(score, left_characters, right_characters, other.id, other.left) <
             std::tie(other.score, other.left_characters, other.right_characters, id, left);
    }
  };

  void AddCharacter(std::int64_t id, std::size_t begin, std::size_t length);
  void Propose(std::size_t left);
  void Apply(const Merge& merge);

  const BpeSegmenter& segmenter_;
  const std::string_view word_;
  std::vector<Symbol> symbols_;
  std::priority_queue<Merge> merges_;
};

BpeSegmenter::Merging::Merging(const BpeSegmenter& segmenter, std::string_view word)
    : segmenter_(segmenter), word_(word) {
  symbols_.reserve(word.size());
  for (std::size_t begin = 0; begin < word.size();) {
    std::size_t length = 0;
    DecodeUtf8(word.substr(begin), length);
    const auto id = segmenter.trie_.Find(word.substr(begin, length));
    AddCharacter(id.value_or(segmenter.unknown_id_), begin, length);
    begin += length;
  }
  for (std::size_t left = 0; left < symbols_.size(); ++left) Propose(left);
}

void BpeSegmenter::Merging::AddCharacter(std::int64_t id, std::size_t begin, std::size_t length) {
  if (id == segmenter_.unknown_id_ && !symbols_.empty() && symbols_.back().id == id) {
    symbols_.back().length += length;
    return;
  }
  const std::size_t place = symbols_.size();
  if (place > 0) symbols_.back().next = place;
  symbols_.push_back({id, begin, length, 1, place > 0 ? place - 1 : kNobody, kNobody});
}

void BpeSegmenter::Merging::Run() {
  while (!merges_.empty()) {
    const Merge merge = merges_.top();
    merges_.pop();
    const Symbol& left = symbols_[merge.left];
    if (left.length == 0 || left.next == kNobody) continue;
    if (left.length + symbols_[left.next].length != merge.length) continue;
    Apply(merge);
  }
}

void BpeSegmenter::Merging::Apply(const Merge& merge) {
  Symbol& left = symbols_[merge.left];
  Symbol& right = symbols_[left.next];
  left.id = merge.id;
  left.length = merge.length;
  left.characters += right.characters;
  left.next = right.next;
  right.length = 0;
  if (left.next != kNobody) symbols_[left.next].previous = merge.left;
  if (left.previous != kNobody) Propose(left.previous);
  Propose(merge.left);
}

void BpeSegmenter::Merging::Propose(std::size_t left) {
  const Symbol& first = symbols_[left];
  if (first.next == kNobody) return;
  const Symbol& second = symbols_[first.next];
  if (first.id == segmenter_.unknown_id_ || second.id == segmenter_.unknown_id_) return;
  const std::size_t length = first.length + second.length;
  const auto id = segmenter_.trie_.Find(word_.substr(first.begin, length));
  if (!id.has_value()) return;
  const double score = segmenter_.scores_[static_cast<std::size_t>(*id)];
  if (std::isnan(score)) return;
  merges_.push({score, first.characters, second.characters, *id, left, length});
}

void BpeSegmenter::Merging::AppendTo(std::vector<Segment>& segments) const {
  for (std::size_t i = 0; i != kNobody; i = symbols_[i].next) {
    segments.push_back({symbols_[i].id, symbols_[i].length});
  }
}

BpeSegmenter::BpeSegmenter(const std::vector<ScoredPiece>& pieces, std::int64_t unknown_id,
                           const std::vector<std::int64_t>& unmergeable)
    : trie_(pieces), unknown_id_(unknown_id) {
  scores_.reserve(pieces.size());
  for (const ScoredPiece& piece : pieces) scores_.push_back(piece.score);
  for (const std::int64_t id : unmergeable) {
    scores_[static_cast<std::size_t>(id)] = std::numeric_limits<double>::quiet_NaN();
  }
}

void BpeSegmenter::Split(std::string_view word, std::vector<Segment>& segments) const {
  segments.clear();
  Merging merging(*this, word);
  merging.Run();
  merging.AppendTo(segments);
}

}  // namespace quartet
