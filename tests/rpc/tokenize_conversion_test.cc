#include "rpc/tokenize_conversion.h"

#include <catch2/catch.hpp>
#include <vector>

#include "core/error_detail.h"

namespace quartet {
namespace {

using Numbers = std::vector<std::uint32_t>;

// [CLS], three of the text, [SEP].
const std::vector<Token> kTokens = {{.id = 1, .piece = "[CLS]", .special = true},
                                    {.id = 5, .piece = "a", .begin = 0, .end = 1},
                                    {.id = 6, .piece = "##b", .begin = 1, .end = 2},
                                    {.id = 7, .piece = "c", .begin = 3, .end = 4},
                                    {.id = 2, .piece = "[SEP]", .special = true}};

Numbers CutOf(const v1::TokenizeResponse& response) {
  Numbers cut;
  for (const v1::Token& token : response.tokens()) {
    if (token.cut()) cut.push_back(token.id());
  }
  return cut;
}

TEST_CASE("tokens are cut as Embed would cut them", "[rpc]") {
  struct Row {
    Truncation truncation;
    std::size_t most;
    Numbers ids, cut;
  };
  const std::vector<Row> table = {
      {Truncation::kEnd, 5, {1, 5, 6, 7, 2}, {}}, {Truncation::kReject, 5, {1, 5, 6, 7, 2}, {}},
      {Truncation::kEnd, 4, {1, 5, 6, 2}, {7}},   {Truncation::kStart, 4, {1, 6, 7, 2}, {5}},
      {Truncation::kEnd, 3, {1, 5, 2}, {6, 7}},   {Truncation::kStart, 3, {1, 7, 2}, {5, 6}},
  };
  for (const Row& row : table) {
    const auto response = MakeTokenizeResponse(kTokens, row.truncation, row.most);
    REQUIRE(response.ok());
    CHECK(Numbers(response->ids().begin(), response->ids().end()) == row.ids);
    CHECK(CutOf(*response) == row.cut);
    CHECK(response->truncated() == !row.cut.empty());
    CHECK(response->tokens_size() == 5);
  }
}

TEST_CASE("a text that may not be cut is refused with both numbers", "[rpc]") {
  const absl::Status status = MakeTokenizeResponse(kTokens, Truncation::kReject, 4).status();
  CHECK(FieldOf(status) == "text");
  CHECK(status.message() == "text: has 5 tokens, the limit is 4");
}

TEST_CASE("a token is told with its piece and its place", "[rpc]") {
  const auto response = MakeTokenizeResponse(kTokens, Truncation::kEnd, 5);
  REQUIRE(response.ok());
  const v1::Token& token = response->tokens(2);
  CHECK(token.piece() == "##b");
  CHECK(token.begin() == 1);
  CHECK(token.end() == 2);
  CHECK_FALSE(token.special());
  CHECK(response->tokens(4).special());
}

}  // namespace
}  // namespace quartet
