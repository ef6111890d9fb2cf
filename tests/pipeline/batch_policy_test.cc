#include "pipeline/batch_policy.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

using Indexes = std::vector<std::size_t>;

TEST_CASE("the policy chooses as this table says", "[pipeline]") {
  struct Row {
    std::string claim;
    std::vector<std::size_t> lengths;
    std::size_t max_items;
    Indexes chosen;
  };
  const std::vector<Row> table = {
      {"one text goes alone", {14}, 4, {0}},
      {"the oldest four go together", {14, 20, 9, 31, 12}, 4, {0, 1, 2, 3}},
      {"never more than the limit", {14, 20, 9}, 2, {0, 1}},
      {"a limit of one", {14, 20}, 1, {0}},
      {"four of the longest go together", {128, 128, 128, 128}, 4, {0, 1, 2, 3}},
      {"the longest text alone is no obstacle", {512}, 4, {0}},
      {"a short text does not pay for heavy company", {10, 128, 128, 128}, 4, {0, 1}},
      {"light company is found behind heavy", {10, 128, 128, 12, 14}, 4, {0, 1, 3, 4}},
      {"mates join up to the budget and not past it", {64, 128, 1}, 4, {0, 1, 2}},
      {"a heavy oldest text allows heavy mates", {100, 128, 128, 44}, 4, {0, 1, 2, 3}},
      {"one token past the budget stays behind", {1, 191, 1}, 4, {0, 1}},
  };
  for (const Row& row : table) {
    INFO(row.claim);
    CHECK(ChooseBatch(row.lengths, row.max_items) == row.chosen);
  }
}

}  // namespace
}  // namespace quartet
