#include "calls/vector_options.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/error_detail.h"

namespace quartet {
namespace {

TEST_CASE("what a call leaves open is as the model has it", "[calls]") {
  struct Row {
    std::string claim;
    std::optional<std::size_t> dimensions;
    std::optional<bool> normalize;
    bool model_normalizes;
    std::size_t kept;
    bool normalizes;
  };
  const std::vector<Row> table = {
      {"nothing is asked", std::nullopt, std::nullopt, false, 8, false},
      {"a whole vector of a normalizing model is normal", std::nullopt, true, true, 8, false},
      {"a cut one is not any more", 4, std::nullopt, true, 4, true},
      {"unless it is not wanted", 4, false, true, 4, false},
      {"a call may ask for it", std::nullopt, true, false, 8, true}};
  for (const Row& row : table) {
    INFO(row.claim);
    const ModelInfo model = {.dimension = 8, .normalized = row.model_normalizes};
    const auto options =
        VectorOptionsOf(row.dimensions, row.normalize, VectorEncoding::kFloats, model);
    REQUIRE(options.ok());
    CHECK(options->dimensions == row.kept);
    CHECK(options->normalize == row.normalizes);
  }
}

TEST_CASE("dimensions that the model does not have are refused", "[calls]") {
  const ModelInfo model = {.dimension = 8};
  for (const std::size_t dimensions : {std::size_t{0}, std::size_t{9}}) {
    const absl::Status status =
        VectorOptionsOf(dimensions, {}, VectorEncoding::kFloats, model).status();
    CHECK(FieldOf(status) == "dimensions");
    CHECK_THAT(std::string(status.message()), Catch::Contains("the limits are 1 and 8"));
  }
}

TEST_CASE("the default prompt is the model's, or nothing", "[calls]") {
  ModelInfo model = {.prompts = {{"query", "query: "}}};
  CHECK(DefaultPromptOf(model).empty());
  model.default_prompt_name = "query";
  CHECK(DefaultPromptOf(model) == "query: ");
}

}  // namespace
}  // namespace quartet
