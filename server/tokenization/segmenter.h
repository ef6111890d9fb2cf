// How a word becomes pieces.
#ifndef QUARTET_TOKENIZATION_SEGMENTER_H_
#define QUARTET_TOKENIZATION_SEGMENTER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace quartet {

struct Segment {
  std::int64_t id = 0;
  std::size_t length = 0;  // bytes
};

// Immutable, so thread-safe.
class Segmenter {
 public:
  virtual ~Segmenter() = default;

  // Replaces `segments` by those of `word`, in its order: together they are the word. What no piece
  // is for is unknown, neighbours as one. `word` is UTF-8 and not empty.
  virtual void Split(std::string_view word, std::vector<Segment>& segments) const = 0;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_SEGMENTER_H_
