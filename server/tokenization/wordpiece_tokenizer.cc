#include "tokenization/wordpiece_tokenizer.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace quartet {

WordpieceTokenizer::WordpieceTokenizer(Vocabulary vocabulary, SpecialTokens special_tokens,
                                       const Options& options)
    : vocabulary_(std::move(vocabulary)),
      special_tokens_(std::move(special_tokens)),
      options_(options) {}

absl::StatusOr<TokenSequence> WordpieceTokenizer::Tokenize(std::string_view text,
                                                           Truncation truncation) const {
  const std::size_t most = options_.max_sequence_length - 2;
  // Who keeps the beginning need not read the rest.
  const std::size_t enough =
      truncation == Truncation::kEnd ? most : std::numeric_limits<std::size_t>::max();
  TokenSequence sequence;
  std::vector<std::int64_t>& ids = sequence.ids;
  ids.push_back(options_.cls_id);
  AppendText(text, enough, ids);
  const std::size_t count = ids.size() - 1;
  if (count > most) {
    if (truncation == Truncation::kReject) {
      return absl::InvalidArgumentError(
          absl::StrCat("has ", count + 2, " tokens, the limit is ", options_.max_sequence_length));
    }
    const auto surplus = static_cast<std::ptrdiff_t>(count - most);
    const auto cut = truncation == Truncation::kStart ? ids.begin() + 1 : ids.end() - surplus;
    ids.erase(cut, cut + surplus);
    sequence.truncated = true;
  }
  ids.push_back(options_.sep_id);
  return sequence;
}

void WordpieceTokenizer::AppendText(std::string_view text, std::size_t enough,
                                    std::vector<std::int64_t>& ids) const {
  std::size_t start = 0;
  while (start < text.size() && ids.size() - 1 <= enough) {
    const SpecialTokens::Match match = special_tokens_.FindFirst(text, start);
    AppendSegment(text.substr(start, match.offset - start), enough, ids);
    if (match.length == 0) return;
    ids.push_back(match.id);
    start = match.offset + match.length;
  }
}

void WordpieceTokenizer::AppendSegment(std::string_view segment, std::size_t enough,
                                       std::vector<std::int64_t>& ids) const {
  WordStream words(segment, options_.words);
  Word word;
  while (ids.size() - 1 <= enough && words.Next(word)) AppendWord(word, ids);
}

// Greedy: the longest piece from the left, again and again. A word that does not come out even is
// unknown as a whole.
void WordpieceTokenizer::AppendWord(const Word& word, std::vector<std::int64_t>& ids) const {
  const std::size_t before = ids.size();
  std::string_view rest = word.text;
  if (word.characters > options_.words.max_word_characters) rest = {};
  while (!rest.empty()) {
    std::size_t length = 0;
    const auto id = vocabulary_.LongestPrefix(rest, ids.size() > before, length);
    if (!id.has_value()) {
      ids.resize(before);
      break;
    }
    ids.push_back(*id);
    rest.remove_prefix(length);
  }
  if (ids.size() == before) ids.push_back(options_.unknown_id);
}

}  // namespace quartet
