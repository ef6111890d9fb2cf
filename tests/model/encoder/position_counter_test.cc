#include "model/encoder/position_counter.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace quartet {
namespace {

TEST_CASE("BERT numbers all tokens, RoBERTa those that are not its padding", "[encoder]") {
  struct Row {
    std::optional<std::int64_t> padding_id;
    std::vector<std::int64_t> token_ids;
    std::vector<std::size_t> positions;
  };
  const std::vector<Row> table = {
      {std::nullopt, {0, 1, 5, 1}, {0, 1, 2, 3}},
      {1, {0, 5, 6}, {1, 2, 3}},
      {1, {0, 1, 1, 6}, {1, 0, 0, 2}},
      {0, {0, 0, 1}, {0, 0, 1}},
  };
  for (const Row& row : table) {
    PositionCounter counter(row.padding_id);
    for (std::size_t i = 0; i < row.token_ids.size(); ++i) {
      CHECK(counter.Next(row.token_ids[i]) == row.positions[i]);
    }
  }
}

}  // namespace
}  // namespace quartet
