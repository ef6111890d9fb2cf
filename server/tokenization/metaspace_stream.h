// A text as sentencepiece's words: normalized, split at white space, and marked by U+2581 where one
// begins.
#ifndef QUARTET_TOKENIZATION_METASPACE_STREAM_H_
#define QUARTET_TOKENIZATION_METASPACE_STREAM_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tokenization/byte_range.h"
#include "tokenization/character_map.h"
#include "tokenization/character_normalizer.h"

namespace quartet {

// Starts with U+2581, which is not in it again.
struct MetaspaceWord {
  std::string text;                // UTF-8
  std::vector<ByteRange> sources;  // of each code point; U+2581 has that of the one after it
};

// Hands out one word after the other. Time is linear; memory is that of the largest word. Not
// thread-safe; text and map must outlive it.
class MetaspaceStream {
 public:
  MetaspaceStream(std::string_view text, const CharacterMap& map) : characters_(text, map) {}

  // False: there are no more.
  bool Next(MetaspaceWord& word);

 private:
  CharacterNormalizer characters_;
  SourcedCharacter mark_;  // a U+2581 of the text that ended the last word and begins the next
  bool has_mark_ = false;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_METASPACE_STREAM_H_
