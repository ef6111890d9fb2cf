#include "model/torchscript_model.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "fakes/temporary_file.h"
#include "model/fingerprint.h"

namespace quartet {
namespace {

std::string ModelPath() {
  const char* path = std::getenv("QUARTET_TEST_MODEL");
  REQUIRE(path != nullptr);
  return path;
}

// The real artefact, loaded once: libtorch can be configured only before the first forward.
LoadedArtefact& Artefact() {
  static LoadedArtefact artefact = [] {
    ConfigureTorch(1);
    auto loaded = LoadArtefact(ModelPath());
    INFO(loaded.status());
    REQUIRE(loaded.ok());
    return *std::move(loaded);
  }();
  return artefact;
}

TokenBatch BatchOf(std::initializer_list<GoldenText> texts) {
  TokenBatch batch;
  for (const GoldenText& text : texts) batch.Add({text.token_ids, text.truncated});
  return batch;
}

float LargestDifference(std::span<const float> a, std::span<const float> b) {
  REQUIRE(a.size() == b.size());
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

TEST_CASE("the artefact describes itself", "[model]") {
  const ModelInfo& info = Artefact().manifest.info;
  CHECK(info.name == "paraphrase-MiniLM-L3-v2");
  CHECK(info.dimension == 384);
  CHECK(info.max_sequence_length == 128);
  CHECK(info.pooling == "mean");
  CHECK_FALSE(info.normalized);
  CHECK(info.fingerprint == *FingerprintOfFile(ModelPath()));
  CHECK(Artefact().tokenizer_file_content.substr(0, 5) == "[PAD]");
}

TEST_CASE("every golden text gives its golden vector", "[model]") {
  for (const GoldenText& golden : Artefact().manifest.golden) {
    const auto embeddings = Artefact().model->Embed(BatchOf({golden}));
    REQUIRE(embeddings.ok());
    REQUIRE(embeddings->rows() == 1);
    CHECK(LargestDifference(embeddings->row(0), golden.vector) <= 1e-4F);
  }
}

TEST_CASE("a vector does not depend on its batch mates", "[model]") {
  const std::vector<GoldenText>& golden = Artefact().manifest.golden;
  REQUIRE(golden.size() >= 4);
  for (std::size_t i = 0; i < golden.size(); ++i) {
    const auto alone = Artefact().model->Embed(BatchOf({golden[i]}));
    const auto together = Artefact().model->Embed(
        BatchOf({golden[(i + 1) % golden.size()], golden[(i + 2) % golden.size()], golden[i],
                 golden[(i + 3) % golden.size()]}));
    REQUIRE(alone.ok());
    REQUIRE(together.ok());
    CHECK(LargestDifference(alone->row(0), together->row(2)) <= 1e-5F);
  }
}

TEST_CASE("a wrong batch is refused before it reaches libtorch", "[model]") {
  const absl::Status status = Artefact().model->Embed({{1'000'000}, {1}}).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("a file that is not there, or is no artefact, is named with the reason", "[model]") {
  const absl::Status missing = LoadArtefact("/no/such/model.pt").status();
  CHECK(missing.code() == absl::StatusCode::kNotFound);
  CHECK_THAT(std::string(missing.message()), Catch::Contains("/no/such/model.pt"));

  const TemporaryFile garbage("this is not a zip archive");
  const absl::Status wrong = LoadArtefact(garbage.path()).status();
  CHECK(wrong.code() == absl::StatusCode::kInvalidArgument);
  CHECK_THAT(std::string(wrong.message()), Catch::Contains(garbage.path()));
  CHECK_THAT(std::string(wrong.message()), !Catch::Contains("\n"));
}

}  // namespace
}  // namespace quartet
