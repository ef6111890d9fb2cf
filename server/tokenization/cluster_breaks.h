// Where a text's grapheme clusters begin, as in Hugging Face's tokenizers 0.23 (Unicode 17).
#ifndef QUARTET_TOKENIZATION_CLUSTER_BREAKS_H_
#define QUARTET_TOKENIZATION_CLUSTER_BREAKS_H_

#include <cstdint>

namespace quartet {

// Takes the characters of one text in turn. Constant memory. Not thread-safe.
class ClusterBreaks {
 public:
  // Whether a cluster begins with this character, the one after those that were given before.
  bool StartsCluster(char32_t code_point);

 private:
  // Rule GB9c: a consonant joins what went before if that is a consonant and linkers, with marks
  // among them.
  enum class Conjunct : std::uint8_t { kNone, kConsonant, kLinked };

  bool JoinsConjunct(char32_t code_point, char32_t stand_in);

  char32_t previous_ = 0;  // what stands for it
  std::int32_t state_ = 0;
  Conjunct conjunct_ = Conjunct::kNone;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_CLUSTER_BREAKS_H_
