// Prints the ids of texts, for a comparison with another tokenizer.
//
//   tokenize_lines VOCAB_TXT MAX_LENGTH uncased|cased < texts
//
// Each text on standard input is "end|start|reject|describe SIZE\n", SIZE bytes and "\n". Each
// answer is one line: "ok TRUNCATED ID ID…" or "rejected MESSAGE"; of describe
// "ID:BEGIN:END:SPECIAL…".
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "fakes/bert_spec.h"
#include "tokenization/tokenizer_loader.h"

namespace quartet {
namespace {

Truncation TruncationOf(const std::string& name) {
  if (name == "start") return Truncation::kStart;
  return name == "reject" ? Truncation::kReject : Truncation::kEnd;
}

std::unique_ptr<Tokenizer> Load(const std::string& path, std::size_t max_length, bool uncased) {
  std::ifstream file(path);
  const std::string vocabulary{std::istreambuf_iterator<char>(file), {}};
  auto tokenizer = LoadTokenizer(BertSpec(max_length, uncased), vocabulary);
  if (tokenizer.ok()) return *std::move(tokenizer);
  std::cerr << tokenizer.status().message() << '\n';
  return nullptr;
}

void Print(const absl::StatusOr<TokenSequence>& sequence) {
  if (!sequence.ok()) {
    std::cout << "rejected " << std::string(sequence.status().message()) << '\n';
    return;
  }
  std::cout << "ok " << sequence->truncated;
  for (const std::int64_t id : sequence->ids) std::cout << ' ' << id;
  std::cout << '\n';
}

void Print(const std::vector<Token>& tokens) {
  for (const Token& token : tokens) {
    std::cout << token.id << ':' << token.begin << ':' << token.end << ':' << token.special << ' ';
  }
  std::cout << '\n';
}

}  // namespace
}  // namespace quartet

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto tokenizer =
      quartet::Load(argv[1], std::stoul(argv[2]), std::string(argv[3]) == "uncased");
  if (tokenizer == nullptr) return 1;
  std::ios::sync_with_stdio(false);
  std::string mode;
  std::size_t size = 0;
  while (std::cin >> mode >> size) {
    std::cin.get();
    std::string text(size, '\0');
    std::cin.read(text.data(), static_cast<std::streamsize>(size));
    if (mode == "describe") {
      quartet::Print(tokenizer->Describe(text));
    } else {
      quartet::Print(tokenizer->Tokenize(text, quartet::TruncationOf(mode)));
    }
  }
}
