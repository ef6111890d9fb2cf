#include "pipeline/batch_policy.h"

#include <algorithm>

namespace quartet {

std::vector<std::size_t> ChooseBatch(std::span<const std::size_t> lengths, std::size_t max_items) {
  const std::size_t budget = std::max(kLightBatchTokens, max_items * lengths.front());
  std::vector<std::size_t> chosen = {0};
  std::size_t tokens = lengths.front();
  for (std::size_t i = 1; i < lengths.size() && chosen.size() < max_items; ++i) {
    if (tokens + lengths[i] > budget) continue;
    chosen.push_back(i);
    tokens += lengths[i];
  }
  return chosen;
}

}  // namespace quartet
