#include "tokenization/piece_trie.h"

#include <algorithm>
#include <numeric>

namespace quartet {
namespace {

// The sorted pieces, from first to before last, that begin alike: a node.
struct Range {
  std::size_t first;
  std::size_t last;
};

}  // namespace

PieceTrie::PieceTrie(const std::vector<ScoredPiece>& pieces) {
  std::vector<std::int32_t> order(pieces.size());
  std::iota(order.begin(), order.end(), 0);
  const auto text = [&pieces](std::int32_t id) {
    return std::string_view(pieces[static_cast<std::size_t>(id)].text);
  };
  const auto piece = [&order, &text](std::size_t place) { return text(order[place]); };
  std::sort(order.begin(), order.end(),
            [&text](std::int32_t a, std::int32_t b) { return text(a) < text(b); });
  bytes_ = {0};
  std::vector<Range> level = {{0, pieces.size()}};
  std::vector<Range> next_level;
  for (std::size_t depth = 0; !level.empty(); ++depth, level.swap(next_level)) {
    next_level.clear();
    for (Range range : level) {
      first_child_.push_back(static_cast<Node>(bytes_.size()));
      ids_.push_back(kNone);
      // The shortest is the first.
      if (range.first < range.last && piece(range.first).size() == depth) {
        ids_.back() = order[range.first++];
      }
      while (range.first < range.last) {
        const char byte = piece(range.first)[depth];
        const std::size_t first = range.first;
        while (range.first < range.last && piece(range.first)[depth] == byte) ++range.first;
        next_level.push_back({first, range.first});
        bytes_.push_back(static_cast<unsigned char>(byte));
      }
    }
  }
  first_child_.push_back(static_cast<Node>(bytes_.size()));
  for (Node child = first_child_[kRoot]; child < first_child_[kRoot + 1]; ++child) {
    roots_children_[bytes_[child]] = child;
  }
}

}  // namespace quartet
