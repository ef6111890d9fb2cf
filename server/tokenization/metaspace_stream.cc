#include "tokenization/metaspace_stream.h"

#include "tokenization/bert_characters.h"

namespace quartet {
namespace {

constexpr char32_t kMark = 0x2581;

void Append(char32_t code_point, ByteRange source, MetaspaceWord& word) {
  AppendUtf8(code_point, word.text);
  word.sources.push_back(source);
}

}  // namespace

bool MetaspaceStream::Next(MetaspaceWord& word) {
  word.text.clear();
  word.sources.clear();
  if (has_mark_) Append(kMark, mark_.source, word);
  has_mark_ = false;
  SourcedCharacter character;
  while (characters_.Next(character)) {
    if (IsWhitespace(character.code_point)) {
      if (!word.text.empty()) return true;
    } else if (character.code_point == kMark && !word.text.empty()) {
      mark_ = character;
      has_mark_ = true;
      return true;
    } else {
      if (word.text.empty() && character.code_point != kMark) Append(kMark, character.source, word);
      Append(character.code_point, character.source, word);
    }
  }
  return !word.text.empty();
}

}  // namespace quartet
