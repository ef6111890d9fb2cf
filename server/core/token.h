// One token of a text, for people who want to see what the model sees.
#ifndef QUARTET_CORE_TOKEN_H_
#define QUARTET_CORE_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace quartet {

struct Token {
  std::int64_t id = 0;
  std::string piece;  // as the vocabulary has it
  // The bytes of the text that it stands for, [begin, end); 0 and 0 for one that the tokenizer
  // adds.
  std::size_t begin = 0;
  std::size_t end = 0;
  bool special = false;  // added by the tokenizer
};

}  // namespace quartet

#endif  // QUARTET_CORE_TOKEN_H_
