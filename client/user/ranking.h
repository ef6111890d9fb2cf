// Which texts are most alike. Pure functions.
#ifndef QUARTET_CLIENT_USER_RANKING_H_
#define QUARTET_CLIENT_USER_RANKING_H_

#include <cstddef>
#include <span>
#include <vector>

namespace quartet {

struct Match {
  std::size_t index = 0;
  double cosine = 0;  // -1 to 1
};

// 0 where one of them has no length. Of the same dimension.
double Cosine(std::span<const float> a, std::span<const float> b);

// The `most` best, the best first, of equal ones the earlier first.
std::vector<Match> Best(std::vector<Match> matches, std::size_t most);

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_RANKING_H_
