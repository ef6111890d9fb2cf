#include "texts/text_generator.h"

#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"

namespace quartet::bench {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t kSpecialTokens = 2;
constexpr std::size_t kShortestText = 5;
constexpr std::size_t kLongestText = 512;

// A clause is one word of each class in turn; every word is one token (texts_test proves it).
const std::vector<Words>& Clause() {
  static const std::vector<Words> clause = {
      {"the", "a", "this", "that", "every", "another", "some", "her", "his", "their", "our"},
      {"small", "old", "young", "quiet", "green", "open", "early", "local", "public", "simple",
       "heavy", "warm", "dark", "foreign", "strange", "clean", "broken"},
      {"man", "woman", "child", "dog", "city", "teacher", "company", "river", "train", "report",
       "doctor", "house", "market", "player", "street", "machine", "forest"},
      {"watches", "finds", "opens", "carries", "follows", "leaves", "moves", "sees", "takes",
       "holds", "writes", "reaches", "builds", "crosses"},
      {"near", "behind", "under", "with", "without", "after", "before", "above", "through", "for"},
      {"the", "a", "one", "each", "no", "its", "my"},
      {"table", "window", "book", "road", "mountain", "ball", "letter", "garden", "kitchen",
       "phone", "island", "bridge", "office", "song", "ticket", "camera", "horse"},
      {"and", "while", "because", "but", "when", "so", "although"}};
  return clause;
}

}  // namespace

absl::StatusOr<LengthMix> LengthMix::Parse(std::string_view name) {
  // Read off the texts of the STS benchmark's test set as this model's tokenizer cuts them.
  if (name == "short") {
    return LengthMix({{0, 5},
                      {0.05, 7},
                      {0.25, 9},
                      {0.50, 12},
                      {0.75, 16},
                      {0.90, 23},
                      {0.95, 31},
                      {0.99, 40},
                      {1, 46.999}});
  }
  if (name == "mixed") return LengthMix({{0, 5}, {1, 128.999}});
  std::size_t tokens = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), tokens);
  if (error != std::errc() || end != name.data() + name.size() || tokens < kShortestText ||
      tokens > kLongestText) {
    return absl::InvalidArgumentError(absl::StrCat("a mix is short, mixed or a number of tokens, ",
                                                   kShortestText, "..", kLongestText, ", not '",
                                                   std::string(name), "'"));
  }
  const auto length = static_cast<double>(tokens);
  return LengthMix({{0, length}, {1, length}});
}

std::size_t LengthMix::At(double quantile) const {
  std::size_t right = 1;
  while (right + 1 < points_.size() && points_[right].quantile <= quantile) ++right;
  const Point& a = points_[right - 1];
  const Point& b = points_[right];
  const double share = (quantile - a.quantile) / (b.quantile - a.quantile);
  return static_cast<std::size_t>(a.tokens + share * (b.tokens - a.tokens));
}

TextGenerator::TextGenerator(LengthMix mix, std::uint64_t seed)
    : mix_(std::move(mix)), engine_(seed) {}

double TextGenerator::NextUniform() {
  return static_cast<double>(engine_() >> 11) * 0x1p-53;  // the 53 bits that a double holds
}

std::string_view TextGenerator::Pick(const Words& words) {
  return words[static_cast<std::size_t>(NextUniform() * static_cast<double>(words.size()))];
}

std::string TextGenerator::Next() {
  const std::size_t words = mix_.At(NextUniform()) - kSpecialTokens - 1;  // and the full stop
  std::string text;
  for (std::size_t i = 0; i < words; ++i) {
    if (i > 0) text += ' ';
    text += Pick(Clause()[i % Clause().size()]);
  }
  return text + '.';
}

std::vector<std::string> GenerateTexts(const LengthMix& mix, std::uint64_t seed,
                                       std::size_t count) {
  TextGenerator generator(mix, seed);
  std::vector<std::string> texts;
  texts.reserve(count);
  while (texts.size() < count) texts.push_back(generator.Next());
  return texts;
}

}  // namespace quartet::bench
