// The tokenizer, on texts like its users' and on texts meant to hurt it.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "micro/artefact.h"
#include "texts/text_generator.h"

namespace quartet::bench {
namespace {

constexpr std::size_t kTexts = 1000;
constexpr std::size_t kHostileBytes = 32768;  // the server's largest text

std::string Repeated(const std::string& piece) {
  std::string text;
  while (text.size() + piece.size() <= kHostileBytes) text += piece;
  return text;
}

void TokenizeAll(benchmark::State& state, const std::vector<std::string>& texts) {
  const Tokenizer& tokenizer = RealTokenizer();
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (auto _ : state) {
    const std::string& text = texts[count++ % texts.size()];
    benchmark::DoNotOptimize(tokenizer.Tokenize(text, Truncation::kEnd));
    bytes += text.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(count));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void Tokenize(benchmark::State& state, const char* mix) {
  TokenizeAll(state, GenerateTexts(*LengthMix::Parse(mix), 1, kTexts));
}
BENCHMARK_CAPTURE(Tokenize, short, "short");
BENCHMARK_CAPTURE(Tokenize, mixed, "mixed");
BENCHMARK_CAPTURE(Tokenize, 128, "128");

void TokenizeHostile(benchmark::State& state, const char* piece) {
  TokenizeAll(state, {Repeated(piece)});
}
BENCHMARK_CAPTURE(TokenizeHostile, one_word, "a");
BENCHMARK_CAPTURE(TokenizeHostile, words_without_piece, "qxzqxzqxzqxzqxzqxzqxzqxzqxzq\u0416 ");
BENCHMARK_CAPTURE(TokenizeHostile, punctuation, "!");
BENCHMARK_CAPTURE(TokenizeHostile, chinese, "\u4e2d");
BENCHMARK_CAPTURE(TokenizeHostile, accents, "e\u0301\u0323");
BENCHMARK_CAPTURE(TokenizeHostile, marks_of_one_letter, "\u0301\u0323");
BENCHMARK_CAPTURE(TokenizeHostile, spaces, " ");
BENCHMARK_CAPTURE(TokenizeHostile, broken_utf8, "\xf0\x9f");

}  // namespace
}  // namespace quartet::bench
