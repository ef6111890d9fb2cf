// The answer to one request, before it becomes a protobuf message.
#ifndef QUARTET_CORE_EMBED_RESULT_H_
#define QUARTET_CORE_EMBED_RESULT_H_

#include <cstddef>
#include <vector>

#include "core/clock.h"

namespace quartet {

struct TextEmbedding {
  std::vector<float> values;    // [dimension of the model]
  std::size_t token_count = 0;  // tokens the model saw
  bool truncated = false;
};

// Where the time of a call went.
struct EmbedTiming {
  Duration queue{};      // waiting for the tokenizer and for a lane; the longest of its texts
  Duration tokenize{};   // text to ids; all its texts together
  Duration inference{};  // the forward of a text's batch; the longest of its texts
};

struct EmbedResult {
  std::vector<TextEmbedding> embeddings;  // in the order of the texts
  EmbedTiming timing;
};

}  // namespace quartet

#endif  // QUARTET_CORE_EMBED_RESULT_H_
