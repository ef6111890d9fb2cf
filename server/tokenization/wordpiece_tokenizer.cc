#include "tokenization/wordpiece_tokenizer.h"

#include <utility>

#include "tokenization/bert_characters.h"

namespace quartet {
WordpieceTokenizer::WordpieceTokenizer(Vocabulary vocabulary, SpecialTokens special_tokens,
                                       const Options& options)
    : vocabulary_(std::move(vocabulary)),
      special_tokens_(std::move(special_tokens)),
      options_(options) {}

absl::StatusOr<TokenSequence> WordpieceTokenizer::Tokenize(std::string_view text,
                                                           Truncation truncation) const {
  TokenOutput output = options_.frame.MakeOutput(truncation);
  AppendText(text, output);
  return options_.frame.Finish(std::move(output), truncation);
}

std::vector<Token> WordpieceTokenizer::Describe(std::string_view text) const {
  std::vector<ByteRange> sources;
  TokenOutput output{.sources = &sources};
  AppendText(text, output);
  const auto piece = [this](std::int64_t id) { return vocabulary_.Piece(id); };
  std::vector<Token> tokens;
  tokens.push_back(
      {.id = options_.frame.first_id, .piece = piece(options_.frame.first_id), .special = true});
  for (std::size_t i = 0; i < sources.size(); ++i) {
    tokens.push_back({.id = output.ids[i],
                      .piece = piece(output.ids[i]),
                      .begin = sources[i].begin,
                      .end = sources[i].end});
  }
  tokens.push_back(
      {.id = options_.frame.last_id, .piece = piece(options_.frame.last_id), .special = true});
  return tokens;
}

void WordpieceTokenizer::AppendText(std::string_view text, TokenOutput& output) const {
  std::size_t start = 0;
  while (start < text.size() && !output.IsFull()) {
    const SpecialTokens::Match match = special_tokens_.FindFirst(text, start);
    AppendSegment(text.substr(start, match.offset - start), start, output);
    if (match.length == 0) return;
    start = match.offset + match.length;
    output.Add(match.id, {match.offset, start});
  }
}

void WordpieceTokenizer::AppendSegment(std::string_view segment, std::size_t offset,
                                       TokenOutput& output) const {
  WordStream words(segment, options_.words);
  Word word;
  while (!output.IsFull() && words.Next(word)) AppendWord(word, offset, output);
}

// Greedy: the longest piece from the left, again and again. A word that does not come out even is
// unknown as a whole.
void WordpieceTokenizer::AppendWord(const Word& word, std::size_t offset,
                                    TokenOutput& output) const {
  const std::size_t before = output.ids.size();
  const auto from_text = [offset](std::size_t begin, std::size_t end) {
    return ByteRange{offset + begin, offset + end};
  };
  std::string_view rest = word.text;
  if (word.characters > options_.words.max_word_characters) rest = {};
  std::size_t character = 0;
  while (!rest.empty()) {
    std::size_t length = 0;
    const auto id = vocabulary_.LongestPrefix(rest, output.ids.size() > before, length);
    if (!id.has_value()) {
      output.Shrink(before);
      break;
    }
    const std::size_t first = character;
    character += CountCharacters(rest.substr(0, length));
    output.Add(*id, from_text(word.sources[first].begin, word.sources[character - 1].end));
    rest.remove_prefix(length);
  }
  if (output.ids.size() == before) {
    output.Add(options_.unknown_id, from_text(word.source.begin, word.source.end));
  }
}

}  // namespace quartet
