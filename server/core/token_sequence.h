// One text as the model sees it.
#ifndef QUARTET_CORE_TOKEN_SEQUENCE_H_
#define QUARTET_CORE_TOKEN_SEQUENCE_H_

#include <cstdint>
#include <vector>

namespace quartet {

struct TokenSequence {
  // Vocabulary ids, special tokens included; never longer than the model's maximum.
  std::vector<std::int64_t> ids;
  // Tokens were cut away to fit.
  bool truncated = false;
};

}  // namespace quartet

#endif  // QUARTET_CORE_TOKEN_SEQUENCE_H_
