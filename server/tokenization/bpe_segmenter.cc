#include "tokenization/bpe_segmenter.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "tokenization/bert_characters.h"
#include "tokenization/merge_queue.h"

namespace quartet {
namespace {

// Words of up to so many, nearly all, are merged without memory from the heap.
constexpr std::size_t kUsualCharacters = 32;

constexpr std::uint32_t kUnmergeable = 0;

// Of each piece's score among all scores: from 1 on, the higher the score the higher.
std::vector<std::uint32_t> RanksOf(const std::vector<ScoredPiece>& pieces) {
  std::vector<double> scores;
  scores.reserve(pieces.size());
  for (const ScoredPiece& piece : pieces) scores.push_back(piece.score);
  std::sort(scores.begin(), scores.end());
  std::vector<std::uint32_t> ranks;
  ranks.reserve(pieces.size());
  for (const ScoredPiece& piece : pieces) {
    const auto place = std::lower_bound(scores.begin(), scores.end(), piece.score);
    ranks.push_back(static_cast<std::uint32_t>(place - scores.begin()) + 1);
  }
  return ranks;
}

}  // namespace

// One word on its way from characters to pieces.
class BpeSegmenter::Merging {
 public:
  Merging(const BpeSegmenter& segmenter, std::string_view word);

  void Run();
  void AppendTo(std::vector<Segment>& segments) const;

 private:
  static constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

  // Offsets and lengths are in bytes. The numbers are small ones, because a word of a megabyte has
  // as many symbols and merges.
  struct Symbol {
    std::int32_t id;
    PieceTrie::Node node;  // of a piece, where it ends
    std::uint32_t begin;
    std::uint32_t length;  // 0: merged into the one before it
    std::uint32_t characters;
    std::uint32_t previous;
    std::uint32_t next;
  };

  // Of a pair that may merge, which has at most a piece's 256.
  static std::uint32_t Characters(const Symbol& left, const Symbol& right) {
    return left.characters << 16U | right.characters;
  }
  bool IsUnknown(const Symbol& symbol) const { return symbol.id == segmenter_.unknown_id_; }
  void AddCharacter(std::uint32_t begin, std::uint32_t length);
  void Propose(std::uint32_t left);
  void Apply(const Merge& merge);

  const BpeSegmenter& segmenter_;
  const std::string_view word_;
  absl::InlinedVector<Symbol, kUsualCharacters> symbols_;
  MergeQueue merges_;
};

BpeSegmenter::Merging::Merging(const BpeSegmenter& segmenter, std::string_view word)
    : segmenter_(segmenter), word_(word), merges_(word.size()) {
  symbols_.reserve(CountCharacters(word));
  for (std::size_t begin = 0; begin < word.size();) {
    std::size_t length = 0;
    DecodeUtf8(word.substr(begin), length);
    AddCharacter(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(length));
    begin += length;
  }
  for (std::uint32_t left = 0; left < symbols_.size(); ++left) Propose(left);
}

void BpeSegmenter::Merging::AddCharacter(std::uint32_t begin, std::uint32_t length) {
  const auto unknown = static_cast<std::int32_t>(segmenter_.unknown_id_);
  const auto node = segmenter_.trie_.Descend(PieceTrie::kRoot, word_.substr(begin, length));
  const auto piece = node.has_value() ? segmenter_.trie_.Piece(*node) : std::nullopt;
  const auto id = static_cast<std::int32_t>(piece.value_or(unknown));
  if (id == unknown && !symbols_.empty() && IsUnknown(symbols_.back())) {
    symbols_.back().length += length;
    return;
  }
  const auto place = static_cast<std::uint32_t>(symbols_.size());
  if (place > 0) symbols_.back().next = place;
  symbols_.push_back({.id = id,
                      .node = node.value_or(PieceTrie::kRoot),
                      .begin = begin,
                      .length = length,
                      .characters = 1,
                      .previous = place > 0 ? place - 1 : kNobody,
                      .next = kNobody});
}

void BpeSegmenter::Merging::Run() {
  for (Merge merge; merges_.Pop(merge);) {
    const Symbol& left = symbols_[merge.left];
    if (left.length == 0 || left.next == kNobody) continue;
    // Of others than it was made for it is out of date.
    if (static_cast<std::uint32_t>(merge.rank) != Characters(left, symbols_[left.next])) continue;
    Apply(merge);
  }
}

void BpeSegmenter::Merging::Apply(const Merge& merge) {
  Symbol& left = symbols_[merge.left];
  Symbol& right = symbols_[left.next];
  left.id = static_cast<std::int32_t>(merge.id);
  left.node = merge.node;
  left.length += right.length;
  left.characters += right.characters;
  left.next = right.next;
  right.length = 0;
  if (left.next != kNobody) symbols_[left.next].previous = merge.left;
  if (left.previous != kNobody) Propose(left.previous);
  Propose(merge.left);
}

void BpeSegmenter::Merging::Propose(std::uint32_t left) {
  const Symbol& first = symbols_[left];
  if (first.next == kNobody) return;
  const Symbol& second = symbols_[first.next];
  if (IsUnknown(first) || IsUnknown(second)) return;
  const auto node = segmenter_.trie_.Descend(first.node, word_.substr(second.begin, second.length));
  const auto id = node.has_value() ? segmenter_.trie_.Piece(*node) : std::nullopt;
  if (!id.has_value()) return;
  const std::uint64_t rank = segmenter_.ranks_[static_cast<std::size_t>(*id)];
  if (rank == kUnmergeable) return;
  merges_.Push({.rank = rank << 32U | Characters(first, second),
                .id = static_cast<std::uint32_t>(*id),
                .left = left,
                .node = *node});
}

void BpeSegmenter::Merging::AppendTo(std::vector<Segment>& segments) const {
  for (std::uint32_t i = 0; i != kNobody; i = symbols_[i].next) {
    segments.push_back({symbols_[i].id, symbols_[i].length});
  }
}

BpeSegmenter::BpeSegmenter(const std::vector<ScoredPiece>& pieces, std::int64_t unknown_id,
                           const std::vector<std::int64_t>& unmergeable)
    : trie_(pieces), ranks_(RanksOf(pieces)), unknown_id_(unknown_id) {
  for (const std::int64_t id : unmergeable) ranks_[static_cast<std::size_t>(id)] = kUnmergeable;
}

void BpeSegmenter::Split(std::string_view word, std::vector<Segment>& segments) const {
  segments.clear();
  Merging merging(*this, word);
  merging.Run();
  merging.AppendTo(segments);
}

}  // namespace quartet
