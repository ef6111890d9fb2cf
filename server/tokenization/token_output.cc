#include "tokenization/token_output.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace quartet {

TokenOutput TokenFrame::MakeOutput(Truncation truncation) const {
  const std::size_t most = max_sequence_length - 2;
  return {.enough = truncation == Truncation::kEnd ? most + 1 : TokenOutput::kAll,
          .ids = {first_id}};
}

absl::StatusOr<TokenSequence> TokenFrame::Finish(TokenOutput output, Truncation truncation) const {
  const std::size_t most = max_sequence_length - 2;
  TokenSequence sequence{.ids = std::move(output.ids)};
  std::vector<std::int64_t>& ids = sequence.ids;
  const std::size_t count = ids.size() - 1;
  if (count > most) {
    if (truncation == Truncation::kReject) {
      return absl::InvalidArgumentError(
          absl::StrCat("has ", count + 2, " tokens, the limit is ", max_sequence_length));
    }
    const auto surplus = static_cast<std::ptrdiff_t>(count - most);
    const auto cut = truncation == Truncation::kStart ? ids.begin() + 1 : ids.end() - surplus;
    ids.erase(cut, cut + surplus);
    sequence.truncated = true;
  }
  ids.push_back(last_id);
  return sequence;
}

}  // namespace quartet
