// Characters of a word merged pair by pair: byte pair encoding as sentencepiece's models have it.
#ifndef QUARTET_TOKENIZATION_BPE_SEGMENTER_H_
#define QUARTET_TOKENIZATION_BPE_SEGMENTER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenization/piece_trie.h"
#include "tokenization/segmenter.h"
#include "tokenization/sentencepiece_model.h"

namespace quartet {

// Two neighbours may merge when they together are a piece. The order is that of the merges which
// transformers makes out of the pieces: the higher the score the earlier, of equal ones the longer
// the left part, then the right one (in characters); then from the left of the word to its right.
// Time is n log n in the word's characters, times the longest piece.
class BpeSegmenter final : public Segmenter {
 public:
  // A copy of their texts is kept as a trie. `unmergeable`: pieces that no merge makes.
  BpeSegmenter(const std::vector<ScoredPiece>& pieces, std::int64_t unknown_id,
               const std::vector<std::int64_t>& unmergeable);

  void Split(std::string_view word, std::vector<Segment>& segments) const override;

 private:
  class Merging;

  const PieceTrie trie_;
  std::vector<std::uint32_t> ranks_;  // by id
  const std::int64_t unknown_id_;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_BPE_SEGMENTER_H_
