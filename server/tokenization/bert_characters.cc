#include "tokenization/bert_characters.h"

#include <utf8proc.h>

#include <array>

#include "tokenization/code_point_ranges.h"

namespace quartet {
namespace {

constexpr CodePointRange kWhitespace[] = {
    {0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}};
constexpr CodePointRange kIdeographs[] = {
    {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},   {0x20000, 0x2A6DF},
    {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F}, {0x2B920, 0x2CEAF}, {0x2F800, 0x2FA1F}};
// ASCII symbols, which Unicode partly counts among S* (such as $ and ^).
constexpr CodePointRange kAsciiPunctuation[] = {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}};
static_assert(AreInOrder(kWhitespace) && AreInOrder(kIdeographs) && AreInOrder(kAsciiPunctuation));

constexpr char32_t kCapitalIWithDot = 0x130;
constexpr char32_t kCombiningDotAbove = 0x307;
constexpr char32_t kReplacement = 0xFFFD;

utf8proc_category_t CategoryOf(char32_t code_point) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
}

}  // namespace

bool IsWhitespace(char32_t code_point) {
  if (code_point < 0x80) return code_point == ' ' || (code_point >= 0x09 && code_point <= 0x0D);
  if (code_point > 0xA0 && code_point < 0x1680) return false;  // most letters
  return IsIn(kWhitespace, code_point);
}

bool IsDropped(char32_t code_point) {
  if (code_point == '\t' || code_point == '\n' || code_point == '\r') return false;
  if (code_point < 0x80) return code_point < 0x20 || code_point == 0x7F;
  if (code_point == kReplacement) return true;
  switch (CategoryOf(code_point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
      return true;
    default:
      return false;
  }
}

bool IsIdeograph(char32_t code_point) {
  return code_point >= 0x3400 && IsIn(kIdeographs, code_point);
}

bool IsPunctuation(char32_t code_point) {
  if (code_point < 0x80) return IsIn(kAsciiPunctuation, code_point);
  const utf8proc_category_t category = CategoryOf(code_point);
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

bool IsNonspacingMark(char32_t code_point) {
  return code_point >= 0x300 && CategoryOf(code_point) == UTF8PROC_CATEGORY_MN;
}

int CombiningClass(char32_t code_point) {
  if (code_point < 0x300) return 0;
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(code_point))->combining_class;
}

void AppendDecomposed(char32_t code_point, std::u32string& out) {
  if (code_point < 0xC0) {
    out += code_point;
    return;
  }
  // The longest canonical decomposition has 4 code points (UAX 15).
  std::array<utf8proc_int32_t, 8> decomposed{};
  int last_boundary_class = 0;
  const utf8proc_ssize_t size = utf8proc_decompose_char(
      static_cast<utf8proc_int32_t>(code_point), decomposed.data(),
      static_cast<utf8proc_ssize_t>(decomposed.size()), UTF8PROC_DECOMPOSE, &last_boundary_class);
  for (utf8proc_ssize_t i = 0; i < size; ++i) {
    out += static_cast<char32_t>(decomposed[static_cast<std::size_t>(i)]);
  }
}

void AppendLowerCase(char32_t code_point, std::u32string& out) {
  if (code_point < 0x80) {
    out += code_point >= 'A' && code_point <= 'Z' ? code_point + ('a' - 'A') : code_point;
  } else if (code_point == kCapitalIWithDot) {  // the one unconditional expansion of SpecialCasing
    out += U'i';
    out += kCombiningDotAbove;
  } else {
    out += static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)));
  }
}

void AppendLongUtf8(char32_t code_point, std::string& out) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const utf8proc_ssize_t size =
      utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

char32_t DecodeLongUtf8(std::string_view text, std::size_t& size) {
  size = 1;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  utf8proc_int32_t code_point = 0;
  const utf8proc_ssize_t length =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  if (length < 1) return kReplacement;
  size = static_cast<std::size_t>(length);
  return static_cast<char32_t>(code_point);
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    std::size_t size = 0;
    // U+FFFD itself has three bytes.
    if (DecodeUtf8(text, size) == kReplacement && size == 1) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

}  // namespace quartet
