// The most probable pieces of a word: the unigram language model.
#ifndef QUARTET_TOKENIZATION_UNIGRAM_SEGMENTER_H_
#define QUARTET_TOKENIZATION_UNIGRAM_SEGMENTER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenization/piece_trie.h"
#include "tokenization/segmenter.h"
#include "tokenization/sentencepiece_model.h"

namespace quartet {

// Ties and rounding are those of Hugging Face's tokenizers, which add up in double precision (where
// sentencepiece itself uses float). Time is linear in the word times the longest piece.
class UnigramSegmenter final : public Segmenter {
 public:
  // A copy of their texts is kept as a trie.
  UnigramSegmenter(const std::vector<ScoredPiece>& pieces, std::int64_t unknown_id);

  void Split(std::string_view word, std::vector<Segment>& segments) const override;

 private:
  // The best way to the end of a prefix of the word.
  struct Step {
    std::int32_t id = -1;      // of its last piece; -1: there is no way
    std::uint32_t length = 0;  // of that, in bytes
    double score = 0;          // of all its pieces
  };

  void Offer(std::int64_t id, std::size_t length, double score, Step& end) const;

  const PieceTrie trie_;
  const std::vector<double> scores_;  // by id
  const std::int64_t unknown_id_;
  const double unknown_score_;  // of one character
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_UNIGRAM_SEGMENTER_H_
