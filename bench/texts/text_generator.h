// English-like texts of a known number of tokens, the same on every machine.
#ifndef QUARTET_BENCH_TEXTS_TEXT_GENERATOR_H_
#define QUARTET_BENCH_TEXTS_TEXT_GENERATOR_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace quartet::bench {

// How long the texts are, in tokens with the two special ones.
//   "short"  the shape of the STS benchmark: 5..46, mean 14, 95th percentile 31
//   "mixed"  uniform over 5..128
//   "N"      always N, 5..512
class LengthMix {
 public:
  // INVALID_ARGUMENT for any other name.
  static absl::StatusOr<LengthMix> Parse(std::string_view name);

  // The length at a quantile in [0, 1): linear between the points.
  std::size_t At(double quantile) const;

 private:
  struct Point {
    double quantile;
    double tokens;
  };
  explicit LengthMix(std::vector<Point> points) : points_(std::move(points)) {}

  std::vector<Point> points_;  // ascending, from quantile 0 to 1
};

// Not thread-safe. The sequence depends on nothing but the mix and the seed: the generator's engine
// is fully specified by the C++ standard, and no standard distribution is used.
class TextGenerator {
 public:
  TextGenerator(LengthMix mix, std::uint64_t seed);

  // Words that are one token each in BERT's English vocabulary, and a full stop.
  std::string Next();

 private:
  double NextUniform();  // [0, 1)
  std::string_view Pick(const std::vector<std::string_view>& words);

  const LengthMix mix_;
  std::mt19937_64 engine_;
};

// `count` texts of a mix.
std::vector<std::string> GenerateTexts(const LengthMix& mix, std::uint64_t seed, std::size_t count);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_TEXTS_TEXT_GENERATOR_H_
