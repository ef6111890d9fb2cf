// Sets of characters, as tables of ranges.
#ifndef QUARTET_TOKENIZATION_CODE_POINT_RANGES_H_
#define QUARTET_TOKENIZATION_CODE_POINT_RANGES_H_

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace quartet {

struct CodePointRange {
  char32_t first;
  char32_t last;
};

// Ranges in ascending order.
template <std::size_t kSize>
constexpr bool IsIn(const CodePointRange (&ranges)[kSize], char32_t code_point) {
  if (code_point < ranges[0].first || code_point > ranges[kSize - 1].last) return false;
  const CodePointRange* found = std::lower_bound(
      std::begin(ranges), std::end(ranges), code_point,
      [](const CodePointRange& range, char32_t value) { return range.last < value; });
  return found->first <= code_point;
}

// Whether they are in ascending order and no character is in two of them: for static_assert.
template <std::size_t kSize>
constexpr bool AreInOrder(const CodePointRange (&ranges)[kSize]) {
  for (std::size_t i = 0; i < kSize; ++i) {
    if (ranges[i].first > ranges[i].last) return false;
    if (i > 0 && ranges[i - 1].last >= ranges[i].first) return false;
  }
  return true;
}

// Whether no character is in both.
template <std::size_t kSize, std::size_t kOtherSize>
constexpr bool AreDisjoint(const CodePointRange (&ranges)[kSize],
                           const CodePointRange (&others)[kOtherSize]) {
  for (const CodePointRange& range : ranges) {
    for (const CodePointRange& other : others) {
      if (range.first <= other.last && other.first <= range.last) return false;
    }
  }
  return true;
}

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_CODE_POINT_RANGES_H_
