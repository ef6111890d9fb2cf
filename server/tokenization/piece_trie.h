// The pieces of a vocabulary, by their bytes.
#ifndef QUARTET_TOKENIZATION_PIECE_TRIE_H_
#define QUARTET_TOKENIZATION_PIECE_TRIE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "tokenization/sentencepiece_model.h"

namespace quartet {

// Immutable, so thread-safe.
class PieceTrie {
 public:
  using Node = std::uint32_t;
  static constexpr Node kRoot = 0;

  // A piece's id is its place in `pieces`. They are not empty and all differ. They are copied.
  explicit PieceTrie(const std::vector<ScoredPiece>& pieces);

  // The node one byte further, if any piece goes on like that.
  std::optional<Node> Child(Node node, char byte) const {
    const auto wanted = static_cast<unsigned char>(byte);
    if (node == kRoot) {
      const Node child = roots_children_[wanted];
      return child == kRoot ? std::nullopt : std::optional(child);
    }
    const unsigned char* first = bytes_.data() + first_child_[node];
    const unsigned char* last = bytes_.data() + first_child_[node + 1];
    // Most nodes have few: a call would cost more than looking at them.
    if (last - first <= kFewChildren) {
      while (first != last && *first != wanted) ++first;
      if (first == last) return std::nullopt;
      return static_cast<Node>(first - bytes_.data());
    }
    // At most 256: looking at all of them at once is faster than halving them.
    const void* found = std::memchr(first, wanted, static_cast<std::size_t>(last - first));
    if (found == nullptr) return std::nullopt;
    return static_cast<Node>(static_cast<const unsigned char*>(found) - bytes_.data());
  }

  // The piece that ends there.
  std::optional<std::int64_t> Piece(Node node) const {
    if (ids_[node] == kNone) return std::nullopt;
    return ids_[node];
  }

  // The node so many bytes further.
  std::optional<Node> Descend(Node node, std::string_view bytes) const {
    for (const char byte : bytes) {
      const auto child = Child(node, byte);
      if (!child.has_value()) return std::nullopt;
      node = *child;
    }
    return node;
  }

 private:
  static constexpr std::int32_t kNone = -1;
  static constexpr std::ptrdiff_t kFewChildren = 3;

  // Nodes are in the order of their depth, the children of one beside each other, by their bytes.
  std::vector<unsigned char> bytes_;  // that lead to each node
  std::vector<Node> first_child_;     // of each node; its last one is before the next node's first
  std::vector<std::int32_t> ids_;     // of each node
  // By byte, kRoot for none: every character of a text asks the root, which has many children.
  std::array<Node, 256> roots_children_{};
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_PIECE_TRIE_H_
