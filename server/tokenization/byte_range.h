// A part of a text.
#ifndef QUARTET_TOKENIZATION_BYTE_RANGE_H_
#define QUARTET_TOKENIZATION_BYTE_RANGE_H_

#include <cstddef>

namespace quartet {

// Bytes of the text, [begin, end), from the start of what the stream was given.
struct ByteRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_BYTE_RANGE_H_
