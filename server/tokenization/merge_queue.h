// Merges of a word's symbols that wait to be made, as byte pair encoding orders them.
#ifndef QUARTET_TOKENIZATION_MERGE_QUEUE_H_
#define QUARTET_TOKENIZATION_MERGE_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "tokenization/piece_trie.h"

namespace quartet {

// Of the symbols `left` and the next one into the piece `id`, which ends at `node`.
struct Merge {
  std::uint64_t rank = 0;  // the higher the earlier
  std::uint32_t id = 0;    // of equal ranks the lower the earlier
  std::uint32_t left = 0;  // of equal ids the lower the earlier
  PieceTrie::Node node = PieceTrie::kRoot;
};

// A heap for a usual word. A long one has the same few merges at many places, and a heap of those
// took most of its time: they wait in groups there, and only groups in a heap. Not thread-safe.
class MergeQueue {
 public:
  static constexpr std::size_t kLongWord = 256;  // bytes

  explicit MergeQueue(std::size_t word_bytes) : is_grouped_(word_bytes > kLongWord) {}

  void Push(const Merge& merge);

  // Takes the first one. False: there is none.
  bool Pop(Merge& merge);

 private:
  struct Group {
    PieceTrie::Node node;
    std::vector<std::uint32_t> places;  // from `next` on waiting
    std::size_t next;
    bool is_sorted;
  };
  // A merge, or a group's; the largest is the first. Two numbers compare faster than four.
  struct Entry {
    std::uint64_t rank;
    std::uint64_t place;  // the complements of id and left, or of id alone
    std::uint32_t value;  // node, or group

    bool operator<(const Entry& other) const {
      return absl::MakeUint128(rank, place) < absl::MakeUint128(other.rank, other.place);
    }
  };

  void PushEntry(const Entry& entry);
  void PopEntry();

  const bool is_grouped_;
  absl::InlinedVector<Entry, 32> heap_;
  std::vector<Group> groups_;
  absl::flat_hash_map<std::pair<std::uint64_t, std::uint32_t>, std::uint32_t> group_of_;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_MERGE_QUEUE_H_
