// The last words of a text, for who keeps no more than its last tokens.
#ifndef QUARTET_TOKENIZATION_LAST_WORDS_H_
#define QUARTET_TOKENIZATION_LAST_WORDS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quartet {

// Memory is that of twice as many words as are kept. Not thread-safe.
class LastWords {
 public:
  // `most`: words to keep, at least 1; more may be there.
  explicit LastWords(std::size_t most) : most_(most) {}

  void Add(std::string_view word);

  // Takes the last one into `word`, which holds until the next Add. False: there is none.
  bool TakeLast(std::string_view& word);

 private:
  void Forget(std::size_t count);  // the first ones

  const std::size_t most_;
  std::string text_;                 // one word after the other
  std::vector<std::size_t> begins_;  // of each
  std::size_t end_ = 0;              // of the last one
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_LAST_WORDS_H_
