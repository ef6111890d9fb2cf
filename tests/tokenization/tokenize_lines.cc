// Prints the ids of texts, for a comparison with another tokenizer.
//
//   tokenize_lines FILE MAX_LENGTH uncased|cased|sentencepiece < texts
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

TokenizerSpec SpecOf(const std::string& kind, std::size_t max_length) {
  if (kind != kSentencepiece) return BertSpec(max_length, kind == "uncased");
  return {.kind = kind, .max_sequence_length = max_length, .mask_takes_spaces = true};
}

std::unique_ptr<Tokenizer> Load(const std::string& path, const TokenizerSpec& spec) {
  std::ifstream file(path);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  auto tokenizer = LoadTokenizer(spec, content);
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
  const auto tokenizer = quartet::Load(argv[1], quartet::SpecOf(argv[3], std::stoul(argv[2])));
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
