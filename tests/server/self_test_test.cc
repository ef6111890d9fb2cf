#include "self_test.h"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "fakes/fake_tokenizer.h"
#include "fakes/puppet_model.h"

namespace quartet {
namespace {

constexpr float kTolerance = 1e-5F;

// What the fakes give for these texts: [tokens, sum of ids].
std::vector<GoldenText> TrueGolden() {
  return {{"a", {1, 'a', 2}, false, {3, 100}},
          {"bb", {1, 'b', 'b', 2}, false, {4, 199}},
          {"c", {1, 'c', 2}, false, {3, 102}},
          {"d", {1, 'd', 2}, false, {3, 103}},
          {"e", {1, 'e', 2}, false, {3, 104}}};
}

absl::Status Run(const std::vector<GoldenText>& golden) {
  const FakeTokenizer tokenizer;
  PuppetModel model;
  return RunSelfTest(tokenizer, model, golden, kTolerance);
}

TEST_CASE("a model that computes what its exporter saw passes", "[server]") {
  CHECK(Run(TrueGolden()).ok());
}

TEST_CASE("the golden texts run alone and in full batches", "[server]") {
  const FakeTokenizer tokenizer;
  PuppetModel model;
  REQUIRE(RunSelfTest(tokenizer, model, TrueGolden(), kTolerance).ok());
  std::vector<std::size_t> sizes;
  for (const TokenBatch& batch : model.batches()) sizes.push_back(batch.sequence_lengths.size());
  CHECK(sizes == std::vector<std::size_t>{1, 1, 1, 1, 1, 4, 1});
}

TEST_CASE("the tolerance is of the whole vector's length", "[server]") {
  std::vector<GoldenText> golden = TrueGolden();
  golden[1].vector = {0, 200};  // of length 200, and 4.1 from what the model gives
  const FakeTokenizer tokenizer;
  PuppetModel model;
  CHECK(RunSelfTest(tokenizer, model, golden, 0.021F).ok());
  CHECK_FALSE(RunSelfTest(tokenizer, model, golden, 0.020F).ok());
}

TEST_CASE("whatever differs fails, and names its text", "[server]") {
  const auto check_fails = [](auto change, const char* message) {
    std::vector<GoldenText> golden = TrueGolden();
    change(golden[2]);
    const absl::Status status = Run(golden);
    CHECK_FALSE(status.ok());
    CHECK_THAT(std::string(status.message()), Catch::Contains(message));
  };
  check_fails([](GoldenText& text) { text.token_ids[1] = 'x'; }, "golden text 2: token ids");
  check_fails([](GoldenText& text) { text.truncated = true; }, "golden text 2: truncation");
  check_fails([](GoldenText& text) { text.vector[1] += 0.0021F; }, "golden text 2: the vector");
  check_fails([](GoldenText& text) { text.vector[0] = std::numeric_limits<float>::quiet_NaN(); },
              "golden text 2: the vector");
}

TEST_CASE("a model that fails fails the self-test", "[server]") {
  const FakeTokenizer tokenizer;
  PuppetModel model;
  model.FailWith(absl::InternalError("broken"));
  CHECK(RunSelfTest(tokenizer, model, TrueGolden(), kTolerance).message() == "broken");
}

}  // namespace
}  // namespace quartet
