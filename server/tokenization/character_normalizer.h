// A text through a sentencepiece model's normalizer, as Hugging Face's tokenizers do it.
#ifndef QUARTET_TOKENIZATION_CHARACTER_NORMALIZER_H_
#define QUARTET_TOKENIZATION_CHARACTER_NORMALIZER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tokenization/byte_range.h"
#include "tokenization/character_map.h"
#include "tokenization/cluster_breaks.h"

namespace quartet {

struct SourcedCharacter {
  char32_t code_point = 0;
  ByteRange source;  // of the character that it stands for
};

// Grapheme clusters of less than 6 bytes are replaced as a whole where the map has a replacement;
// everything else character by character. Hands out one character after the other, so that a text
// that is cut is only read that far. Time is linear, memory constant. Not thread-safe; text and map
// must outlive it.
class CharacterNormalizer {
 public:
  CharacterNormalizer(std::string_view text, const CharacterMap& map) : text_(text), map_(map) {}

  // False: there are no more.
  bool Next(SourcedCharacter& character);

 private:
  // A character of the result, and how many more characters of the text it stands for than one:
  // above 0 none at all (it belongs to the one before it), below 0 so many more.
  struct Change {
    char32_t code_point;
    std::ptrdiff_t added;
  };

  void ReadOne();
  void FinishCluster();
  void ReplaceEach(std::string_view characters);
  void Replace(std::size_t count, std::string_view replacement);
  ByteRange TakeSource();

  const std::string_view text_;
  const CharacterMap& map_;
  std::size_t position_ = 0;  // the next character to read
  ClusterBreaks breaks_;
  std::string cluster_;        // read, but its end is not known yet
  bool long_cluster_ = false;  // the cluster has 6 bytes and is replaced as it comes

  std::vector<Change> ready_;  // from next_ on not yet handed out
  std::size_t next_ = 0;
  std::size_t source_position_ = 0;  // the next character to stand for
  ByteRange last_source_;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_CHARACTER_NORMALIZER_H_
