#include "tokenization/bpe_segmenter.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "tokenization/bert_characters.h"

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
  struct Merge {
    // Which one comes first: two numbers, the larger first, as comparing fields one by one took
    // most of the time of a long word.
    std::uint64_t rank;   // its score's, then the characters on the left, then those on the right
    std::uint64_t place;  // the complements of id and left symbol
    PieceTrie::Node node;

    std::int32_t id() const { return static_cast<std::int32_t>(~place >> 32U); }
    std::uint32_t left() const { return static_cast<std::uint32_t>(~place); }
    // In the order of a heap, whose first one is the largest.
    bool operator<(const Merge& other) const {
      return absl::MakeUint128(rank, place) < absl::MakeUint128(other.rank, other.place);
    }
  };

  // Of a pair that may merge, which has at most a piece's 256.
  static std::uint32_t Characters(const Symbol& left, const Symbol& right) {
    return left.characters << 16U | right.characters;
  }
  bool IsUnknown(const Symbol& symbol) const { return symbol.id == segmenter_.unknown_id_; }
  void AddCharacter(std::uint32_t begin, std::uint32_t length);
  // Of a symbol and the next one, if there is any.
  std::optional<Merge> MergeAt(std::uint32_t left) const;
  void Propose(std::uint32_t left);
  void Apply(const Merge& merge);

  const BpeSegmenter& segmenter_;
  const std::string_view word_;
  absl::InlinedVector<Symbol, kUsualCharacters> symbols_;
  absl::InlinedVector<Merge, kUsualCharacters> merges_;  // a heap
};

BpeSegmenter::Merging::Merging(const BpeSegmenter& segmenter, std::string_view word)
    : segmenter_(segmenter), word_(word) {
  for (std::size_t begin = 0; begin < word.size();) {
    std::size_t length = 0;
    DecodeUtf8(word.substr(begin), length);
    AddCharacter(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(length));
    begin += length;
  }
  for (std::uint32_t left = 0; left < symbols_.size(); ++left) {
    if (const auto merge = MergeAt(left)) merges_.push_back(*merge);
  }
  std::make_heap(merges_.begin(), merges_.end());
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
  while (!merges_.empty()) {
    std::pop_heap(merges_.begin(), merges_.end());
    const Merge merge = merges_.back();
    merges_.pop_back();
    const Symbol& left = symbols_[merge.left()];
    if (left.length == 0 || left.next == kNobody) continue;
    // Of others than it was made for it is out of date.
    if (static_cast<std::uint32_t>(merge.rank) != Characters(left, symbols_[left.next])) continue;
    Apply(merge);
  }
}

void BpeSegmenter::Merging::Apply(const Merge& merge) {
  Symbol& left = symbols_[merge.left()];
  Symbol& right = symbols_[left.next];
  left.id = merge.id();
  left.node = merge.node;
  left.length += right.length;
  left.characters += right.characters;
  left.next = right.next;
  right.length = 0;
  if (left.next != kNobody) symbols_[left.next].previous = merge.left();
  if (left.previous != kNobody) Propose(left.previous);
  Propose(merge.left());
}

std::optional<BpeSegmenter::Merging::Merge> BpeSegmenter::Merging::MergeAt(
    std::uint32_t left) const {
  const Symbol& first = symbols_[left];
  if (first.next == kNobody) return std::nullopt;
  const Symbol& second = symbols_[first.next];
  if (IsUnknown(first) || IsUnknown(second)) return std::nullopt;
  const auto node = segmenter_.trie_.Descend(first.node, word_.substr(second.begin, second.length));
  const auto id = node.has_value() ? segmenter_.trie_.Piece(*node) : std::nullopt;
  if (!id.has_value()) return std::nullopt;
  const std::uint64_t rank = segmenter_.ranks_[static_cast<std::size_t>(*id)];
  if (rank == kUnmergeable) return std::nullopt;
  return Merge{.rank = rank << 32U | Characters(first, second),
               .place = ~(static_cast<std::uint64_t>(*id) << 32U | left),
               .node = *node};
}

void BpeSegmenter::Merging::Propose(std::uint32_t left) {
  const auto merge = MergeAt(left);
  if (!merge.has_value()) return;
  merges_.push_back(*merge);
  std::push_heap(merges_.begin(), merges_.end());
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
