#include "user/ranking.h"

#include <catch2/catch.hpp>

namespace quartet {
namespace {

using Vector = std::vector<float>;

TEST_CASE("the cosine does not care for lengths", "[client]") {
  CHECK(Cosine(Vector{1, 0}, Vector{5, 0}) == Approx(1));
  CHECK(Cosine(Vector{1, 0}, Vector{0, 2}) == Approx(0));
  CHECK(Cosine(Vector{1, 1}, Vector{-3, -3}) == Approx(-1));
  CHECK(Cosine(Vector{0, 0}, Vector{1, 2}) == 0);
}

TEST_CASE("the best come first, of equal ones the earlier", "[client]") {
  const std::vector<Match> best = Best({{0, 0.1}, {1, 0.9}, {2, 0.9}, {3, -1}, {4, 0.5}}, 3);
  REQUIRE(best.size() == 3);
  CHECK(best[0].index == 1);
  CHECK(best[1].index == 2);
  CHECK(best[2].index == 4);
  CHECK(Best({{0, 0.1}}, 3).size() == 1);
  CHECK(Best({}, 3).empty());
}

}  // namespace
}  // namespace quartet
