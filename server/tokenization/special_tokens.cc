#include "tokenization/special_tokens.h"

#include <algorithm>

namespace quartet {

SpecialTokens::SpecialTokens(std::vector<std::pair<std::string, std::int64_t>> tokens)
    : tokens_(std::move(tokens)) {
  std::sort(tokens_.begin(), tokens_.end(),
            [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  for (const auto& [token, id] : tokens_) first_bytes_ += token.front();
}

SpecialTokens::Match SpecialTokens::FindFirst(std::string_view text, std::size_t start) const {
  for (std::size_t offset = text.find_first_of(first_bytes_, start);
       offset != std::string_view::npos; offset = text.find_first_of(first_bytes_, offset + 1)) {
    for (const auto& [token, id] : tokens_) {
      if (text.substr(offset, token.size()) == token) return {offset, token.size(), id};
    }
  }
  return {text.size(), 0, 0};
}

}  // namespace quartet
