#include "user/ranking.h"

#include <algorithm>
#include <cmath>

namespace quartet {

double Cosine(std::span<const float> a, std::span<const float> b) {
  double product = 0;
  double a_squares = 0;
  double b_squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += static_cast<double>(a[i]) * b[i];
    a_squares += static_cast<double>(a[i]) * a[i];
    b_squares += static_cast<double>(b[i]) * b[i];
  }
  const double lengths = std::sqrt(a_squares * b_squares);
  return lengths > 0 ? product / lengths : 0;
}

std::vector<Match> Best(std::vector<Match> matches, std::size_t most) {
  std::stable_sort(matches.begin(), matches.end(),
                   [](const Match& a, const Match& b) { return a.cosine > b.cosine; });
  matches.resize(std::min(most, matches.size()));
  return matches;
}

}  // namespace quartet
