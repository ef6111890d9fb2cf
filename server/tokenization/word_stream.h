// A text as BERT's words: cleaned, decomposed, stripped, lower-cased and split.
#ifndef QUARTET_TOKENIZATION_WORD_STREAM_H_
#define QUARTET_TOKENIZATION_WORD_STREAM_H_

#include <cstddef>
#include <string>
#include <string_view>

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
};

// Hands out one word after the other, so that a text that is cut after 128 tokens is only read that
// far. Time is linear in the bytes read but for sorting runs of combining marks, n log n. Not
// thread-safe; the text must outlive the stream.
class WordStream {
 public:
  WordStream(std::string_view text, const WordOptions& options) : text_(text), options_(options) {}

  // False: there are no more.
  bool Next(Word& word);

 private:
  // Reads on until there is a normalized code point. False at the end of the text.
  bool Fill();
  // One code point of the text goes through cleaning and, if it starts a new cluster, pushes the
  // cluster before it on to `ready_`.
  void ReadOne();
  void AddToCluster(char32_t code_point);
  void FinishCluster();
  void AppendReady(char32_t code_point);
  void Append(char32_t code_point, Word& word) const;

  std::string_view text_;  // what is left to read
  const WordOptions options_;
  std::u32string cluster_;  // decomposed: a starter and the marks after it that stay
  std::u32string ready_;    // normalized, from next_ on not yet handed out
  std::size_t next_ = 0;
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_WORD_STREAM_H_
