#include "tokenization/character_normalizer.h"

#include <optional>

#include "tokenization/bert_characters.h"

namespace quartet {
namespace {

// tokenizers' constant: larger clusters are never looked up as a whole.
constexpr std::size_t kLongCluster = 6;

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
  if (breaks_.StartsCluster(code_point)) {
    FinishCluster();
    long_cluster_ = false;
  }
  AppendUtf8(code_point, cluster_);
  if (cluster_.size() >= kLongCluster) long_cluster_ = true;
  if (long_cluster_) {
    ReplaceEach(cluster_);
    cluster_.clear();
  }
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
