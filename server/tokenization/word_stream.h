// A text as BERT's words: cleaned, decomposed, stripped, lower-cased and split.
#ifndef QUARTET_TOKENIZATION_WORD_STREAM_H_
#define QUARTET_TOKENIZATION_WORD_STREAM_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tokenization/byte_range.h"

namespace quartet {

struct WordOptions {
  bool lower_case = true;
  bool strip_accents = true;
  bool split_cjk = true;
  // Words are only counted beyond this: a word of a megabyte costs no megabyte.
  std::size_t max_word_characters = 100;
};

struct Word {
  std::string text;            // UTF-8; cut when there are more than max_word_characters
  std::size_t characters = 0;  // code points, all of them
  ByteRange source;            // of all characters that became part of it
  // Of each code point of `text`: the character that it was or is a part of.
  std::vector<ByteRange> sources;
};

// Hands out one word after the other, so that a text that is cut after 128 tokens is only read that
// far. Time is linear in the bytes read but for sorting runs of combining marks, n log n. Not
// thread-safe; the text must outlive the stream.
class WordStream {
 public:
  WordStream(std::string_view text, const WordOptions& options)
      : text_(text), size_(text.size()), options_(options) {}

  // False: there are no more.
  bool Next(Word& word);

 private:
  struct Character {
    char32_t code_point;
    ByteRange source;
  };
  // A part of what a character decomposes to.
  struct Part {
    char32_t code_point;
    bool is_first;
  };

  // Reads on until there is a normalized code point. False at the end of the text.
  bool Fill();
  // One code point of the text goes through cleaning and, if it starts a new cluster, pushes the
  // cluster before it on to `ready_`.
  void ReadOne();
  void AddToCluster(const Character& character);
  void FinishCluster();
  void AppendReady(const Character& character);
  void Append(const Character& character, Word& word) const;

  std::string_view text_;   // what is left to read
  const std::size_t size_;  // of all of it
  const WordOptions options_;
  std::vector<Part> cluster_;               // decomposed: a starter and the marks after it
  std::vector<ByteRange> cluster_sources_;  // of its first parts, in the order of the text
  ByteRange last_source_;                   // of the last first part that was finished
  std::vector<Character> ready_;            // normalized, from next_ on not yet handed out
  std::u32string decomposed_;  // of one character; this and the next are kept for their memory
  std::u32string lower_case_;
  std::size_t next_ = 0;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_WORD_STREAM_H_
