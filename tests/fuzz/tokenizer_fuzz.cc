// Any bytes can be tokenized, and the ids are those of the plainest WordPiece there is.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "check.h"
#include "fakes/bert_spec.h"
#include "tokenization/tokenizer_loader.h"
#include "tokenization/word_stream.h"

namespace quartet {
namespace {

constexpr std::size_t kMaxLength = 24;
constexpr std::size_t kMaxWordCharacters = 12;

// Pieces that overlap, so that the greedy way is not the only one; accents, Han, Cyrillic, Hangul.
constexpr const char* kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n"
    "a\nb\nab\nabc\naba\n##a\n##b\n##c\n##ab\n##ba\n##abc\nc\n.\n,\n-\n1\n##1\n##12\n"
    "e\n##e\nee\n\xd0\xb8\n##\xd0\xb8\n\xe4\xb8\xad\n\xe1\x84\x80\n##\xe1\x85\xa1\n\xef\xbf\xbd\n";
constexpr std::int64_t kUnknown = 1;
constexpr std::int64_t kCls = 2;
constexpr std::int64_t kSep = 3;

TokenizerSpec Spec() {
  TokenizerSpec spec = BertSpec(kMaxLength);
  spec.max_word_characters = kMaxWordCharacters;
  spec.added_tokens = {"[UNK]", "[CLS]", "[SEP]", "[PAD]"};
  return spec;
}

std::map<std::string, std::int64_t> Vocabulary() {
  std::map<std::string, std::int64_t> ids;
  std::istringstream lines(kVocabulary);
  for (std::string line; std::getline(lines, line);) {
    ids.emplace(line, static_cast<std::int64_t>(ids.size()));
  }
  return ids;
}

// All ends of all prefixes are tried, byte by byte.
std::vector<std::int64_t> PiecesOf(const Word& word) {
  static const auto vocabulary = Vocabulary();
  if (word.characters > kMaxWordCharacters) return {kUnknown};
  std::vector<std::int64_t> ids;
  for (std::size_t start = 0; start < word.text.size();) {
    std::size_t end = word.text.size();
    auto piece = vocabulary.end();
    for (; end > start && piece == vocabulary.end(); --end) {
      piece = vocabulary.find((start > 0 ? "##" : "") + word.text.substr(start, end - start));
    }
    if (piece == vocabulary.end()) return {kUnknown};
    ids.push_back(piece->second);
    start = end + 1;
  }
  return ids;
}

std::vector<std::int64_t> SlowIds(const std::string& text) {
  std::vector<std::int64_t> ids;
  WordStream words(text, {.lower_case = true,
                          .strip_accents = true,
                          .split_cjk = true,
                          .max_word_characters = kMaxWordCharacters});
  for (Word word; words.Next(word);) {
    for (const std::int64_t id : PiecesOf(word)) ids.push_back(id);
  }
  return ids;
}

std::vector<std::int64_t> Framed(std::vector<std::int64_t> ids) {
  ids.insert(ids.begin(), kCls);
  ids.push_back(kSep);
  return ids;
}

void FuzzOne(const std::string& text) {
  static const std::unique_ptr<Tokenizer> tokenizer = *LoadTokenizer(Spec(), kVocabulary);
  const auto cut_end = tokenizer->Tokenize(text, Truncation::kEnd);
  const auto cut_start = tokenizer->Tokenize(text, Truncation::kStart);
  const auto whole = tokenizer->Tokenize(text, Truncation::kReject);
  Check(cut_end.ok() && cut_start.ok(), "any text can be cut");
  Check(cut_end->truncated == cut_start->truncated, "both ways agree on what is too long");
  Check(whole.ok() == !cut_end->truncated, "what is too long is rejected");
  Check(cut_end->ids.size() <= kMaxLength && cut_start->ids.size() <= kMaxLength, "the limit");
  if (text.find('[') != std::string::npos) return;  // may be a special token, which words lack

  std::vector<std::int64_t> ids = SlowIds(text);
  const std::size_t room = kMaxLength - 2;
  Check(cut_end->truncated == (ids.size() > room), "truncated says so");
  const auto cut = static_cast<std::ptrdiff_t>(ids.size() - std::min(ids.size(), room));
  Check(cut_start->ids == Framed({ids.begin() + cut, ids.end()}),
        "the plain ids, cut at the start");
  Check(cut_end->ids == Framed({ids.begin(), ids.end() - cut}), "the plain ids, cut at the end");
}

}  // namespace
}  // namespace quartet

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  quartet::FuzzOne({reinterpret_cast<const char*>(data), size});
  return 0;
}
