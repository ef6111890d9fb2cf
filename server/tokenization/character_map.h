// A sentencepiece model's normalizer: which characters become which others, compiled into a trie.
#ifndef QUARTET_TOKENIZATION_CHARACTER_MAP_H_
#define QUARTET_TOKENIZATION_CHARACTER_MAP_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace quartet {

// Immutable, so thread-safe.
class CharacterMap {
 public:
  // Maps nothing.
  CharacterMap() = default;

  // `precompiled`: the model's precompiled_charsmap; an empty one maps nothing. That is the trie's
  // size in bytes (32 bits), its units of 32 bits, and the replacements, each ended by a NUL.
  // INVALID_ARGUMENT when it is cut or is something else. A damaged trie finds wrong replacements,
  // or none.
  static absl::StatusOr<CharacterMap> Create(std::string_view precompiled);

  // Of the shortest prefix of `cluster` that has a replacement: the replacement, which may be
  // empty. The rest of the cluster has no say. (sentencepiece takes the longest; tokenizers, which
  // people use such models with, the shortest.)
  std::optional<std::string_view> Find(std::string_view cluster) const;

 private:
  std::vector<std::uint32_t> units_;  // a double array, in the form of the Darts library
  std::string replacements_;          // empty, or ends with a NUL
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_CHARACTER_MAP_H_
