#include "tokenization/bert_characters.h"

#include <catch2/catch.hpp>
#include <string>

namespace quartet {
namespace {

TEST_CASE("classes of awkward characters", "[tokenization]") {
  struct Row {
    char32_t code_point;
    bool dropped, whitespace, ideograph, punctuation;
  };
  const Row table[] = {
      {U'a', false, false, false, false},     {U'\t', false, true, false, false},
      {U'\n', false, true, false, false},     {U'\v', true, true, false, false},
      {0x00, true, false, false, false},      {0x7F, true, false, false, false},
      {0x85, true, true, false, false},       {0xA0, false, true, false, false},
      {0xAD, true, false, false, false},      {0x200B, true, false, false, false},
      {0x2028, false, true, false, false},    {0x3000, false, true, false, false},
      {0xFEFF, true, false, false, false},    {0xFFFD, true, false, false, false},
      {U'$', false, false, false, true},      {U'^', false, false, false, true},
      {0xBF, false, false, false, true},      {0xA3, false, false, false, false},
      {0x3002, false, false, false, true},    {0x4E00, false, false, true, false},
      {0x9FFF, false, false, true, false},    {0xA000, false, false, false, false},
      {0x3042, false, false, false, false},   {0xAC00, false, false, false, false},
      {0x20000, false, false, true, false},   {0x2B820, false, false, false, false},
      {0xE000, true, false, false, false},    {0x1F600, false, false, false, false},
      {0x10FFFF, false, false, false, false},  // unassigned, not private
      {0xFFFFD, true, false, false, false},
  };
  for (const Row& row : table) {
    INFO(static_cast<std::uint32_t>(row.code_point));
    CHECK(IsDropped(row.code_point) == row.dropped);
    CHECK(IsWhitespace(row.code_point) == row.whitespace);
    CHECK(IsIdeograph(row.code_point) == row.ideograph);
    CHECK(IsPunctuation(row.code_point) == row.punctuation);
  }
}

TEST_CASE("decomposition is canonical and complete", "[tokenization]") {
  const auto decomposed = [](char32_t code_point) {
    std::u32string out;
    AppendDecomposed(code_point, out);
    return out;
  };
  CHECK(decomposed(U'é') == U"e\u0301");
  CHECK(decomposed(0x1E69) == U"s\u0323\u0307");  // in two steps
  CHECK(decomposed(0xD55C) == U"\u1112\u1161\u11AB");
  CHECK(decomposed(0xFDFA) == U"\uFDFA");  // only compatibility would expand it
  CHECK(decomposed(0xFB01) == U"\uFB01");
}

TEST_CASE("lower case is one character but for the dotted capital I", "[tokenization]") {
  const auto lower = [](char32_t code_point) {
    std::u32string out;
    AppendLowerCase(code_point, out);
    return out;
  };
  CHECK(lower(U'A') == U"a");
  CHECK(lower(U'[') == U"[");
  CHECK(lower(0x130) == U"i\u0307");
  CHECK(lower(0x3A3) == U"σ");
  CHECK(lower(0x1E9E) == U"ß");
  CHECK(lower(0x10400) == U"\U00010428");
}

TEST_CASE("bytes that are no UTF-8 are one replacement each", "[tokenization]") {
  std::size_t size = 0;
  CHECK(DecodeUtf8("\xff\xff", size) == 0xFFFD);
  CHECK(size == 1);
  CHECK(DecodeUtf8("\xe4\xbd", size) == 0xFFFD);
  CHECK(size == 1);
  CHECK(DecodeUtf8("\xed\xa0\x80", size) == 0xFFFD);  // a surrogate
  CHECK(size == 1);
  CHECK(DecodeUtf8("\xe4\xbd\xa0", size) == 0x4F60);
  CHECK(size == 3);
}

}  // namespace
}  // namespace quartet
