#include "tokenization/special_tokens.h"

#include <algorithm>

namespace quartet {

SpecialTokens::SpecialTokens(std::vector<std::pair<std::string, std::int64_t>> tokens)
    : tokens_(std::move(tokens)) {
  std::sort(tokens_.begin(), tokens_.end(),
            [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  for (const auto& [token, id] : tokens_) {
    if (first_bytes_.find(token.front()) == std::string::npos) first_bytes_ += token.front();
  }
}

// BERT's all begin with '[': one memchr over the text instead of one for each of its bytes.
std::size_t SpecialTokens::FindFirstByte(std::string_view text, std::size_t start) const {
  return first_bytes_.size() == 1 ? text.find(first_bytes_.front(), start)
                                  : text.find_first_of(first_bytes_, start);
}

SpecialTokens::Match SpecialTokens::FindFirst(std::string_view text, std::size_t start) const {
  for (std::size_t offset = FindFirstByte(text, start); offset != std::string_view::npos;
       offset = FindFirstByte(text, offset + 1)) {
    for (const auto& [token, id] : tokens_) {
      if (text.substr(offset, token.size()) == token) return {offset, token.size(), id};
    }
  }
  return {text.size(), 0, 0};
}

}  // namespace quartet
