// Any bytes are a character map or none, and any text is tokenized with it: into the ids of the
// plainest unigram model and the plainest byte pair encoding there are.
//
// An input is two bytes, the size of a character map (the first is the lower one), that map and a
// text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "check.h"
#include "tokenization/bert_characters.h"
#include "tokenization/metaspace_stream.h"
#include "tokenization/sentencepiece_tokenizer.h"

namespace quartet {
namespace {

using Ids = std::vector<std::int64_t>;

constexpr std::size_t kMaxLength = 24;
constexpr std::int64_t kUnknown = 3;

// Pieces that overlap, so that there are several ways; of equal scores too; accents, Cyrillic, Han.
SentencepieceModel Model(SentencepieceModel::Kind kind, std::string_view character_map) {
  return {.kind = kind,
          .pieces = {{"<s>", 0},       {"<pad>", 0},      {"</s>", 0},
                     {"<unk>", 0},     {"\u2581", -1},    {"\u2581a", -3},
                     {"\u2581ab", -2}, {"a", -4},         {"b", -4},
                     {"ab", -2},       {"ba", -2},        {"aba", -5},
                     {"abab", -5},     {"bb", -6},        {"c", -5},
                     {"e", -5},        {"e\u0301", -6.5}, {"\u0301", -6},
                     {"\u0438", -6},   {"\u4e2d", -7},    {"\u4e2d\u4e2d", -7},
                     {".", -3},        {"..", -4},        {"<mask>", 0}},
          .character_map = std::string(character_map)};
}

std::map<std::string, std::int64_t, std::less<>> Vocabulary(const SentencepieceModel& model) {
  std::map<std::string, std::int64_t, std::less<>> ids;
  for (const ScoredPiece& piece : model.pieces) {
    ids.emplace(piece.text, static_cast<std::int64_t>(ids.size()));
  }
  return ids;
}

// A piece, or unknown characters.
struct Symbol {
  std::int64_t id = kUnknown;
  std::string text;
};

std::vector<Symbol> CharactersOf(std::string_view word) {
  std::vector<Symbol> characters;
  while (!word.empty()) {
    std::size_t size = 0;
    DecodeUtf8(word, size);
    characters.push_back({kUnknown, std::string(word.substr(0, size))});
    word.remove_prefix(size);
  }
  return characters;
}

Ids WithUnknownsAsOne(const std::vector<Symbol>& symbols) {
  Ids ids;
  for (const Symbol& symbol : symbols) {
    if (symbol.id != kUnknown || ids.empty() || ids.back() != kUnknown) ids.push_back(symbol.id);
  }
  return ids;
}

// All ends of all starts are tried, in characters.
Ids MostProbable(const SentencepieceModel& model, std::string_view word) {
  struct Way {
    double score = 0;
    std::vector<Symbol> symbols;
    bool is_there = false;
  };
  const auto vocabulary = Vocabulary(model);
  const std::vector<Symbol> characters = CharactersOf(word);
  std::vector<Way> ways(characters.size() + 1);
  ways[0].is_there = true;
  for (std::size_t start = 0; start < characters.size(); ++start) {
    std::string text;
    for (std::size_t end = start + 1; end <= characters.size(); ++end) {
      text += characters[end - 1].text;
      const auto piece = vocabulary.find(text);
      const bool is_known = piece != vocabulary.end();
      if (!is_known && end > start + 1) continue;
      const std::int64_t id = is_known ? piece->second : kUnknown;
      // The least probable piece has -7, and an unknown character is 10 less so.
      const double score =
          ways[start].score + (is_known ? model.pieces[static_cast<std::size_t>(id)].score : -17);
      if (ways[end].is_there && score <= ways[end].score) continue;
      ways[end] = {score, ways[start].symbols, true};
      ways[end].symbols.push_back({id, text});
    }
  }
  return WithUnknownsAsOne(ways.back().symbols);
}

// Every pair is looked at for every merge.
Ids Merged(const SentencepieceModel& model, std::string_view word) {
  const auto vocabulary = Vocabulary(model);
  std::vector<Symbol> symbols = CharactersOf(word);
  for (Symbol& symbol : symbols) {
    if (const auto piece = vocabulary.find(symbol.text); piece != vocabulary.end()) {
      symbol.id = piece->second;
    }
  }
  while (true) {
    std::size_t best = symbols.size();
    // Score, characters on the left and on the right, and the piece: the first of equals wins.
    std::tuple<double, std::size_t, std::size_t, std::int64_t> best_rank;
    for (std::size_t left = 0; left + 1 < symbols.size(); ++left) {
      const auto piece = vocabulary.find(symbols[left].text + symbols[left + 1].text);
      if (piece == vocabulary.end()) continue;
      const std::tuple rank = {model.pieces[static_cast<std::size_t>(piece->second)].score,
                               CountCharacters(symbols[left].text),
                               CountCharacters(symbols[left + 1].text), -piece->second};
      if (best < symbols.size() && rank <= best_rank) continue;
      best = left;
      best_rank = rank;
    }
    if (best == symbols.size()) return WithUnknownsAsOne(symbols);
    symbols[best].text += symbols[best + 1].text;
    symbols[best].id = vocabulary.find(symbols[best].text)->second;
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

Ids PlainIds(const SentencepieceModel& model, const std::string& text) {
  const CharacterMap map = *CharacterMap::Create(model.character_map);
  MetaspaceStream words(text, map);
  Ids ids;
  for (MetaspaceWord word; words.Next(word);) {
    const bool is_unigram = model.kind == SentencepieceModel::Kind::kUnigram;
    const Ids more = is_unigram ? MostProbable(model, word.text) : Merged(model, word.text);
    ids.insert(ids.end(), more.begin(), more.end());
  }
  return ids;
}

void CheckOffsets(const std::vector<Token>& tokens, std::size_t size) {
  for (const Token& token : tokens) {
    Check(token.begin <= token.end && token.end <= size, "tokens stand for bytes of the text");
  }
}

Ids Framed(Ids ids) {
  ids.insert(ids.begin(), 0);
  ids.push_back(2);
  return ids;
}

void CheckText(const SentencepieceModel& model, const std::string& text) {
  const auto created = SentencepieceTokenizer::Create(
      model, {.mask_takes_spaces = true, .max_sequence_length = kMaxLength});
  if (!created.ok()) return;
  const Tokenizer& tokenizer = **created;
  const auto cut_end = tokenizer.Tokenize(text, Truncation::kEnd);
  const auto cut_start = tokenizer.Tokenize(text, Truncation::kStart);
  const auto whole = tokenizer.Tokenize(text, Truncation::kReject);
  const std::vector<Token> described = tokenizer.Describe(text);
  Check(cut_end.ok() && cut_start.ok(), "any text can be cut");
  Check(cut_end->truncated == (described.size() > kMaxLength), "truncated says so");
  Check(cut_start->truncated == cut_end->truncated, "both ways agree on what is too long");
  Check(whole.ok() == !cut_end->truncated, "what is too long is rejected");
  CheckOffsets(described, text.size());

  Ids ids;
  for (const Token& token : described) ids.push_back(token.id);
  ids = Ids(ids.begin() + 1, ids.end() - 1);
  const auto cut = static_cast<std::ptrdiff_t>(ids.size() - std::min(ids.size(), kMaxLength - 2));
  Check(cut_start->ids == Framed({ids.begin() + cut, ids.end()}), "cut at the start");
  Check(cut_end->ids == Framed({ids.begin(), ids.end() - cut}), "cut at the end");
  if (text.find('<') != std::string::npos) return;  // may be a special token, which words lack
  Check(ids == PlainIds(model, text), "the plain ids");
}

void FuzzOne(std::string_view input) {
  // Of any bytes as a model file, too.
  static_cast<void>(ParseSentencepieceModel(input));
  if (input.size() < 2) return;
  const std::size_t asked = static_cast<std::uint8_t>(input[0]) +
                            256 * static_cast<std::size_t>(static_cast<std::uint8_t>(input[1]));
  input.remove_prefix(2);
  const std::size_t size = std::min(asked, input.size());
  const std::string text(input.substr(size));
  for (const auto kind : {SentencepieceModel::Kind::kUnigram, SentencepieceModel::Kind::kBpe}) {
    CheckText(Model(kind, input.substr(0, size)), text);
  }
}

}  // namespace
}  // namespace quartet

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  quartet::FuzzOne({reinterpret_cast<const char*>(data), size});
  return 0;
}
