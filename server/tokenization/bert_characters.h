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

void AppendLongUtf8(char32_t code_point, std::string& out);  // any, for AppendUtf8

// Most characters of most scripts take no call: a text of many costs a third less.
inline void AppendUtf8(char32_t code_point, std::string& out) {
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    const char bytes[] = {static_cast<char>(0xC0U | (code_point >> 6U)),
                          static_cast<char>(0x80U | (code_point & 0x3FU))};
    out.append(bytes, sizeof(bytes));
  } else {
    AppendLongUtf8(code_point, out);
  }
}

char32_t DecodeLongUtf8(std::string_view text, std::size_t& size);  // any, for DecodeUtf8

// The code point that begins `text` (not empty), and its length in `size`. A byte that is not UTF-8
// is U+FFFD of size 1.
inline char32_t DecodeUtf8(std::string_view text, std::size_t& size) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) {
    size = 1;
    return first;
  }
  if (first >= 0xC2 && first < 0xE0 && text.size() > 1) {
    const auto second = static_cast<unsigned char>(text[1]);
    size = 2;
    if ((second & 0xC0U) == 0x80) return (first & 0x1FU) << 6U | (second & 0x3FU);
  }
  return DecodeLongUtf8(text, size);
}

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
