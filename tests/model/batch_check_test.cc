#include "model/batch_check.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

constexpr BatchLimits kLimits = {.max_sequence_length = 4, .vocabulary_size = 100};

TEST_CASE("a batch within the limits may be run", "[model]") {
  CHECK(CheckBatch({{0}, {1}}, kLimits).ok());
  CHECK(CheckBatch({{99, 1, 2, 3, 5}, {4, 1}}, kLimits).ok());
  CHECK(CheckBatch({{1, 2, 3, 4}, {1, 1, 1, 1}}, kLimits).ok());
}

TEST_CASE("a wrong batch is an error that says what is wrong", "[model]") {
  struct Row {
    TokenBatch batch;
    std::string message;
  };
  const std::vector<Row> table = {
      {{{}, {}}, "a batch of 0 sequences"},
      {{{1, 2, 3, 4, 5}, {1, 1, 1, 1, 1}}, "a batch of 5 sequences, the limit is 4"},
      {{{1}, {0, 1}}, "a sequence of 0 tokens"},
      {{{1}, {-1, 2}}, "a sequence of -1 tokens"},
      {{{1, 2, 3, 4, 5}, {5}}, "a sequence of 5 tokens, the limit is 4"},
      {{{1, 2, 3}, {2}}, "lengths add up to 2, there are 3 ids"},
      {{{1}, {2}}, "lengths add up to 2, there are 1 ids"},
      {{{100}, {1}}, "token id 100, the vocabulary has 100"},
      {{{-1}, {1}}, "token id -1"},
  };
  for (const Row& row : table) {
    const absl::Status status = CheckBatch(row.batch, kLimits);
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK_THAT(std::string(status.message()), Catch::StartsWith(row.message));
  }
}

}  // namespace
}  // namespace quartet
