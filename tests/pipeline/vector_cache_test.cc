#include "pipeline/vector_cache.h"

#include <catch2/catch.hpp>

#include "pipeline/pipeline_fixture.h"

namespace quartet {
namespace {

using Vector = std::vector<float>;

std::string KeyOf(std::vector<std::int64_t> ids, const std::string& fingerprint = "abc") {
  return VectorCache::KeyOf(fingerprint, {.ids = std::move(ids)});
}

// Of an entry with a vector of two.
std::size_t EntryBytes() {
  return KeyOf({1}).size() + 2 * sizeof(float) + VectorCache::kEntryOverhead;
}

TEST_CASE("what was added is found, what was not is not", "[pipeline]") {
  VectorCache cache(10'000);
  CHECK_FALSE(cache.Find(KeyOf({1, 2})).has_value());
  cache.Add(KeyOf({1, 2}), Vector{3, 4});
  CHECK(cache.Find(KeyOf({1, 2})) == Vector{3, 4});
  for (const std::string& other : {KeyOf({2, 1}), KeyOf({1}), KeyOf({1, 2, 0}), KeyOf({}),
                                   KeyOf({1, 2}, "abd"), KeyOf({1, 2}, "ab")}) {
    CHECK_FALSE(cache.Find(other).has_value());
  }
}

TEST_CASE("the bytes are never more than was allowed, and what was used last stays", "[pipeline]") {
  VectorCache cache(3 * EntryBytes());
  for (std::int64_t i = 1; i <= 3; ++i) cache.Add(KeyOf({i}), Vector{1, 2});
  CHECK(cache.Size().bytes == 3 * EntryBytes());
  REQUIRE(cache.Find(KeyOf({1})).has_value());
  cache.Add(KeyOf({4}), Vector{1, 2});
  CHECK(cache.Size().entries == 3);
  CHECK(cache.Size().bytes == 3 * EntryBytes());
  CHECK_FALSE(cache.Find(KeyOf({2})).has_value());
  for (const std::int64_t kept : {1, 3, 4}) CHECK(cache.Find(KeyOf({kept})).has_value());
}

TEST_CASE("a large vector takes the places of several, and one that never fits takes none",
          "[pipeline]") {
  VectorCache cache(3 * EntryBytes());
  for (std::int64_t i = 1; i <= 3; ++i) cache.Add(KeyOf({i}), Vector{1, 2});
  cache.Add(KeyOf({9}), Vector(1000));
  CHECK(cache.Size().entries == 3);
  cache.Add(KeyOf({4}), Vector(10));
  CHECK(cache.Size().entries == 2);
  CHECK(cache.Size().bytes == 2 * EntryBytes() + 8 * sizeof(float));
}

TEST_CASE("what is added twice is there once", "[pipeline]") {
  VectorCache cache(10'000);
  cache.Add(KeyOf({1}), Vector{1, 2});
  cache.Add(KeyOf({1}), Vector{1, 2});
  CHECK(cache.Size().entries == 1);
  CHECK(cache.Size().bytes == EntryBytes());
  cache.Clear();
  CHECK(cache.Size().entries == 0);
  CHECK(cache.Size().bytes == 0);
  CHECK_FALSE(cache.Find(KeyOf({1})).has_value());
}

TEST_CASE("a cache of no bytes is off", "[pipeline]") {
  VectorCache cache(0);
  CHECK_FALSE(cache.is_on());
  cache.Add(KeyOf({1}), Vector{1, 2});
  CHECK(cache.Size().entries == 0);
}

TEST_CASE_METHOD(PipelineFixture, "a text that comes again costs no forward and has its vector",
                 "[pipeline]") {
  Start({.lanes = 1, .cache_bytes = 10'000});
  Submit(first_, {"again"});
  const auto computed = first_.WaitForAnswer();
  REQUIRE(computed.ok());
  Submit(second_, {"again"});
  const auto kept = second_.WaitForAnswer();
  REQUIRE(kept.ok());
  CHECK(kept->embeddings[0].values == computed->embeddings[0].values);
  CHECK(kept->embeddings[0].token_count == 7);
  CHECK(model_.batches().size() == 1);
  Stop();
  CHECK(second_.answers() == 1);
  CHECK(observer_.cache_hits == 1);
  CHECK(observer_.cache_misses == 1);
  CHECK(observer_.cached == 1);
}

TEST_CASE_METHOD(PipelineFixture, "of a call whose texts are partly known the others are computed",
                 "[pipeline]") {
  Start({.lanes = 1, .cache_bytes = 10'000});
  Submit(first_, {"known"});
  REQUIRE(first_.WaitForAnswer().ok());
  Submit(second_, {"new", "known", "newer still"});
  const auto answer = second_.WaitForAnswer();
  REQUIRE(answer.ok());
  const std::vector<float> lengths = {5, 7, 13};  // see PuppetModel
  for (std::size_t i = 0; i < 3; ++i) CHECK(answer->embeddings[i].values[0] == lengths[i]);
  REQUIRE(model_.batches().size() == 2);
  CHECK(model_.batches()[1].sequence_lengths.size() == 2);
}

TEST_CASE_METHOD(PipelineFixture, "a cut text is known by what was left, and says that it was cut",
                 "[pipeline]") {
  Start({.lanes = 1, .cache_bytes = 10'000});
  Submit(first_, {"fourteen bytes"});
  REQUIRE(first_.WaitForAnswer().ok());
  Submit(second_, {"fourteen bytes and more"});
  const auto answer = second_.WaitForAnswer();
  REQUIRE(answer.ok());
  CHECK(answer->embeddings[0].truncated);
  CHECK(model_.batches().size() == 1);
}

TEST_CASE_METHOD(PipelineFixture, "another model's vectors are not this one's", "[pipeline]") {
  FakeServedModel other("def");
  Start({.lanes = 1, .cache_bytes = 10'000});
  Submit(first_, {"again"});
  REQUIRE(first_.WaitForAnswer().ok());
  pipeline_->Submit(second_.MakeRequest({"again"}, kInfiniteFuture, Truncation::kEnd,
                                        /*client=*/0, other.served));
  REQUIRE(second_.WaitForAnswer().ok());
  CHECK(other.puppet().batches().size() == 1);
}

TEST_CASE_METHOD(PipelineFixture, "a failed forward leaves nothing to be found", "[pipeline]") {
  Start({.lanes = 1, .cache_bytes = 10'000});
  model_.FailWith(absl::InternalError("broken"));
  Submit(first_, {"again"});
  CHECK_FALSE(first_.WaitForAnswer().ok());
  model_.FailWith(absl::OkStatus());
  Submit(second_, {"again"});
  CHECK(second_.WaitForAnswer().ok());
  CHECK(observer_.cache_hits == 0);
}

TEST_CASE_METHOD(PipelineFixture, "short memory takes what is kept", "[pipeline]") {
  Start({.lanes = 1, .cache_bytes = 10'000});
  Submit(first_, {"again"});
  REQUIRE(first_.WaitForAnswer().ok());
  pipeline_->SetMemoryIsShort(true);
  CHECK(observer_.cached == 0);
  pipeline_->SetMemoryIsShort(false);
  Submit(second_, {"again"});
  REQUIRE(second_.WaitForAnswer().ok());
  CHECK(model_.batches().size() == 2);
}

}  // namespace
}  // namespace quartet
