#include "tokenization/vocabulary.h"

#include <algorithm>

namespace quartet {
namespace {

constexpr std::string_view kContinuation = "##";

bool IsInsideCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

Vocabulary::Vocabulary(std::string_view vocab_txt) {
  while (!vocab_txt.empty()) {
    const std::size_t end = std::min(vocab_txt.find('\n'), vocab_txt.size());
    std::string_view piece = vocab_txt.substr(0, end);
    while (!piece.empty() && (piece.back() == '\r' || piece.back() == ' ')) piece.remove_suffix(1);
    const auto id = static_cast<std::int64_t>(pieces_.size());
    pieces_.push_back(&Insert(first_, piece, id));
    if (piece.substr(0, kContinuation.size()) == kContinuation) {
      Insert(continuing_, piece.substr(kContinuation.size()), id);
    }
    vocab_txt.remove_prefix(std::min(end + 1, vocab_txt.size()));
  }
}

std::optional<std::int64_t> Vocabulary::LongestPrefix(std::string_view text, bool continues,
                                                      std::size_t& length) const {
  const Pieces& pieces = continues ? continuing_ : first_;
  for (length = std::min(text.size(), pieces.longest); length > 0; --length) {
    if (length < text.size() && IsInsideCharacter(text[length])) continue;
    if (const auto id = FindIn(pieces, text.substr(0, length))) return id;
  }
  return std::nullopt;
}

const std::string& Vocabulary::Insert(Pieces& pieces, std::string_view piece, std::int64_t id) {
  pieces.longest = std::max(pieces.longest, piece.size());
  return pieces.ids.insert_or_assign(std::string(piece), id).first->first;
}

std::optional<std::int64_t> Vocabulary::FindIn(const Pieces& pieces, std::string_view piece) {
  const auto found = pieces.ids.find(piece);
  if (found == pieces.ids.end()) return std::nullopt;
  return found->second;
}

}  // namespace quartet
