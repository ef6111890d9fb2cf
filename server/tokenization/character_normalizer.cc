#include "tokenization/character_normalizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "tokenization/bert_characters.h"

namespace quartet {
namespace {

// tokenizers' constant: larger clusters are never looked up as a whole.
constexpr std::size_t kLongCluster = 6;

// Nothing below joins with anything but CR with LF: the marks begin here.
constexpr char32_t kFirstMark = 0x300;

struct Range {
  char32_t first;
  char32_t last;
};

// Unassigned, but Control to clusters: GraphemeBreakProperty.txt has them, utf8proc does not.
constexpr Range kControls[] = {{0x2065, 0x2065},   {0xFFF0, 0xFFF8},   {0xE0000, 0xE0000},
                               {0xE0002, 0xE001F}, {0xE0080, 0xE00FF}, {0xE01F0, 0xE0FFF}};
// Marks that joined Unicode after version 15, which is utf8proc 2.8's. Those of four bytes make no
// difference: a cluster with one of them is a long one.
constexpr Range kNewMarks[] = {{0x897, 0x897}, {0x1ACF, 0x1ADD}, {0x1AE0, 0x1AEB}};

bool IsIn(std::span<const Range> ranges, char32_t code_point) {
  return std::any_of(ranges.begin(), ranges.end(), [code_point](const Range& range) {
    return range.first <= code_point && code_point <= range.last;
  });
}

// The character itself, or one that utf8proc knows to break clusters as this one does.
std::int32_t StandIn(char32_t code_point) {
  constexpr std::int32_t kControl = 0x200B;
  if (IsIn(kControls, code_point)) return kControl;
  if (IsIn(kNewMarks, code_point)) return static_cast<std::int32_t>(kFirstMark);
  return static_cast<std::int32_t>(code_point);
}

}  // namespace

bool CharacterNormalizer::Next(SourcedCharacter& character) {
  // What the map deletes counts for the character before it, so one more must be known.
  while (ready_.size() < next_ + 2 && position_ < text_.size()) ReadOne();
  if (position_ == text_.size()) FinishCluster();
  if (next_ == ready_.size()) return false;
  const Change& change = ready_[next_++];
  if (change.added <= 0) {
    character.source = TakeSource();
    for (std::ptrdiff_t more = change.added; more < 0; ++more) TakeSource();
  } else {
    character.source = last_source_;
  }
  character.code_point = change.code_point;
  return true;
}

void CharacterNormalizer::ReadOne() {
  if (next_ > 0) {
    ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
  }
  std::size_t size = 0;
  const char32_t code_point = DecodeUtf8(text_.substr(position_), size);
  position_ += size;
  if (StartsCluster(code_point)) {
    FinishCluster();
    long_cluster_ = false;
  }
  previous_ = code_point;
  AppendUtf8(code_point, cluster_);
  if (cluster_.size() >= kLongCluster) long_cluster_ = true;
  if (long_cluster_) {
    ReplaceEach(cluster_);
    cluster_.clear();
  }
}

bool CharacterNormalizer::StartsCluster(char32_t code_point) {
  if (previous_ < kFirstMark && code_point < kFirstMark) {
    break_state_ = 0;
    return previous_ != U'\r' || code_point != U'\n';
  }
  return utf8proc_grapheme_break_stateful(StandIn(previous_), StandIn(code_point), &break_state_);
}

void CharacterNormalizer::FinishCluster() {
  if (cluster_.empty()) return;
  if (const auto replacement = map_.Find(cluster_)) {
    Replace(CountCharacters(cluster_), *replacement);
  } else {
    ReplaceEach(cluster_);
  }
  cluster_.clear();
}

void CharacterNormalizer::ReplaceEach(std::string_view characters) {
  while (!characters.empty()) {
    std::size_t size = 0;
    const char32_t code_point = DecodeUtf8(characters, size);
    if (const auto replacement = map_.Find(characters.substr(0, size))) {
      Replace(1, *replacement);
    } else {
      ready_.push_back({code_point, 0});
    }
    characters.remove_prefix(size);
  }
}

// `count` characters of the text become `replacement`: of a longer one the last are additions, of a
// shorter one the last stands for the rest, and if it is empty, so does what came before. Without
// anything before nobody does, and all that follows stands for too early a part of the text:
// tokenizers' offsets are off in such texts, and ours are theirs.
void CharacterNormalizer::Replace(std::size_t count, std::string_view replacement) {
  std::size_t replaced = 0;
  while (!replacement.empty()) {
    std::size_t size = 0;
    const char32_t code_point = DecodeUtf8(replacement, size);
    ready_.push_back({code_point, replaced < count ? 0 : 1});
    ++replaced;
    replacement.remove_prefix(size);
  }
  if (replaced < count && !ready_.empty()) {
    ready_.back().added -= static_cast<std::ptrdiff_t>(count - replaced);
  }
}

ByteRange CharacterNormalizer::TakeSource() {
  if (source_position_ == text_.size()) return last_source_;
  std::size_t size = 0;
  DecodeUtf8(text_.substr(source_position_), size);
  last_source_ = {source_position_, source_position_ + size};
  source_position_ += size;
  return last_source_;
}

}  // namespace quartet
