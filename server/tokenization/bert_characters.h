// What BERT's tokenizer takes a code point for: the classes of Hugging Face's BertNormalizer and
// BertPreTokenizer (the tokenizers crate, 0.23), on utf8proc's tables.
#ifndef QUARTET_TOKENIZATION_BERT_CHARACTERS_H_
#define QUARTET_TOKENIZATION_BERT_CHARACTERS_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace quartet {

// Unicode's White_Space.
bool IsWhitespace(char32_t code_point);

// Dropped before anything else: NUL, U+FFFD, controls (but tab and line ends, which are
// whitespace), format characters, private use and unassigned code points.
bool IsDropped(char32_t code_point);

// Becomes a word of its own, if the model splits CJK: BERT's list of ideograph blocks, which leaves
// out kana and hangul.
bool IsIdeograph(char32_t code_point);

// Becomes a word of its own: ASCII's symbols, and Unicode's punctuation (P*).
bool IsPunctuation(char32_t code_point);

// What accent stripping removes, once characters are decomposed: category Mn.
bool IsNonspacingMark(char32_t code_point);

// Canonical combining class: 0 for a character that starts a new cluster.
int CombiningClass(char32_t code_point);

// Appends the canonical decomposition (NFD, without reordering).
void AppendDecomposed(char32_t code_point, std::u32string& out);

// Appends the lower-case form: one code point, but two for U+0130.
void AppendLowerCase(char32_t code_point, std::u32string& out);

void AppendUtf8(char32_t code_point, std::string& out);

// The code point that begins `text` (not empty), and its length in `size`. A byte that is not UTF-8
// is U+FFFD of size 1.
char32_t DecodeUtf8(std::string_view text, std::size_t& size);

// Bytes of the character that begins with this byte, in UTF-8 that is known to be valid.
constexpr std::size_t Utf8Size(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

bool IsUtf8(std::string_view text);

// Code points of `text`, which is UTF-8.
std::size_t CountCharacters(std::string_view text);

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_BERT_CHARACTERS_H_
