// quartet-tokenizer-bench: how long each text takes, for a comparison with other tokenizers.
//
//   quartet-tokenizer-bench FILE uncased|sentencepiece end|start|reject MAX_LENGTH REPEATS < texts
//
// Each text on standard input is "SIZE\n", SIZE bytes and "\n". Each answer is one line: the
// nanoseconds of the fastest of REPEATS turns, of which each takes all texts.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tokenization/tokenizer_loader.h"

namespace quartet::bench {
namespace {

using Nanoseconds = std::chrono::nanoseconds::rep;

TokenizerSpec SpecOf(const std::string& kind, std::size_t max_length) {
  if (kind == kSentencepiece) {
    return {.kind = kind, .max_sequence_length = max_length, .mask_takes_spaces = true};
  }
  return {.kind = kWordpiece,
          .lower_case = true,
          .strip_accents = true,
          .split_cjk = true,
          .unknown_token = "[UNK]",
          .cls_token = "[CLS]",
          .sep_token = "[SEP]",
          .added_tokens = {"[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"},
          .max_word_characters = 100,
          .max_sequence_length = max_length};
}

Truncation TruncationOf(const std::string& name) {
  if (name == "start") return Truncation::kStart;
  return name == "reject" ? Truncation::kReject : Truncation::kEnd;
}

std::vector<std::string> ReadTexts() {
  std::vector<std::string> texts;
  for (std::size_t size = 0; std::cin >> size;) {
    std::cin.get();
    std::string text(size, '\0');
    std::cin.read(text.data(), static_cast<std::streamsize>(size));
    texts.push_back(std::move(text));
  }
  return texts;
}

Nanoseconds TimeOf(const Tokenizer& tokenizer, const std::string& text, Truncation truncation) {
  const auto begin = std::chrono::steady_clock::now();
  const auto sequence = tokenizer.Tokenize(text, truncation);
  const auto end = std::chrono::steady_clock::now();
  const bool answered = sequence.ok() || truncation == Truncation::kReject;
  return answered ? (end - begin).count() : std::numeric_limits<Nanoseconds>::max();
}

void Run(const Tokenizer& tokenizer, Truncation truncation, int repeats) {
  const std::vector<std::string> texts = ReadTexts();
  std::vector<Nanoseconds> fastest(texts.size(), std::numeric_limits<Nanoseconds>::max());
  for (int turn = 0; turn < repeats; ++turn) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      fastest[i] = std::min(fastest[i], TimeOf(tokenizer, texts[i], truncation));
    }
  }
  for (const Nanoseconds time : fastest) std::cout << time << '\n';
}

}  // namespace
}  // namespace quartet::bench

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  std::ifstream file(argv[1]);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  const auto spec = quartet::bench::SpecOf(argv[2], std::stoul(argv[4]));
  const auto tokenizer = quartet::LoadTokenizer(spec, content);
  if (!tokenizer.ok()) {
    std::cerr << "quartet-tokenizer-bench: " << tokenizer.status().message() << '\n';
    return 1;
  }
  quartet::bench::Run(**tokenizer, quartet::bench::TruncationOf(argv[3]), std::stoi(argv[5]));
}
