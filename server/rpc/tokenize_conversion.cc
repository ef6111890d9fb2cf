#include "rpc/tokenize_conversion.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/error_detail.h"

namespace quartet {
namespace {

void FillToken(const Token& token, bool cut, v1::Token& proto) {
  proto.set_id(static_cast<std::uint32_t>(token.id));
  proto.set_piece(token.piece);
  proto.set_begin(static_cast<std::uint32_t>(token.begin));
  proto.set_end(static_cast<std::uint32_t>(token.end));
  proto.set_special(token.special);
  proto.set_cut(cut);
}

}  // namespace

absl::StatusOr<v1::TokenizeResponse> MakeTokenizeResponse(const std::vector<Token>& tokens,
                                                          Truncation truncation,
                                                          std::size_t max_sequence_length) {
  const std::size_t surplus = tokens.size() - std::min(tokens.size(), max_sequence_length);
  if (surplus > 0 && truncation == Truncation::kReject) {
    return InvalidField(
        "text", absl::StrCat("has ", tokens.size(), " tokens, the limit is ", max_sequence_length));
  }
  // Between the added ones: the first or the last.
  const std::size_t first_cut = truncation == Truncation::kStart ? 1 : tokens.size() - 1 - surplus;
  v1::TokenizeResponse response;
  response.set_truncated(surplus > 0);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool cut = i >= first_cut && i < first_cut + surplus;
    FillToken(tokens[i], cut, *response.add_tokens());
    if (!cut) response.add_ids(static_cast<std::uint32_t>(tokens[i].id));
  }
  return response;
}

}  // namespace quartet
