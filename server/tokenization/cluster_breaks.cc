#include "tokenization/cluster_breaks.h"

#include <utf8proc.h>

#include <utility>

#include "tokenization/cluster_characters.h"

namespace quartet {
namespace {

// Nothing below joins with anything but CR with LF: the marks begin here.
constexpr char32_t kFirstMark = 0x300;
constexpr char32_t kZeroWidthNonJoiner = 0x200C;

// Does not end a conjunct.
bool IsConjunctExtend(char32_t code_point, char32_t stand_in) {
  if (code_point == kZeroWidthNonJoiner) return false;
  const auto boundclass =
      utf8proc_get_property(static_cast<utf8proc_int32_t>(stand_in))->boundclass;
  return boundclass == UTF8PROC_BOUNDCLASS_EXTEND || boundclass == UTF8PROC_BOUNDCLASS_ZWJ;
}

}  // namespace

bool ClusterBreaks::StartsCluster(char32_t code_point) {
  const char32_t stand_in = ClusterStandIn(code_point);
  const char32_t previous = std::exchange(previous_, stand_in);
  if (previous < kFirstMark && code_point < kFirstMark) {
    state_ = 0;
    return previous != U'\r' || code_point != U'\n';
  }
  const bool starts = utf8proc_grapheme_break_stateful(
      static_cast<utf8proc_int32_t>(previous), static_cast<utf8proc_int32_t>(stand_in), &state_);
  return !JoinsConjunct(code_point, stand_in) && starts;
}

bool ClusterBreaks::JoinsConjunct(char32_t code_point, char32_t stand_in) {
  if (IsConjunctConsonant(code_point)) {
    return std::exchange(conjunct_, Conjunct::kConsonant) == Conjunct::kLinked;
  }
  if (conjunct_ == Conjunct::kNone) return false;
  if (IsConjunctLinker(code_point)) {
    conjunct_ = Conjunct::kLinked;
  } else if (!IsConjunctExtend(code_point, stand_in)) {
    conjunct_ = Conjunct::kNone;
  }
  return false;
}

}  // namespace quartet
