#include "model/torchscript_model.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "fakes/temporary_file.h"
#include "model/fingerprint.h"

namespace quartet {
namespace {

std::string Path(const char* variable) {
  const char* path = std::getenv(variable);
  REQUIRE(path != nullptr);
  return path;
}

std::string ModelPath() { return Path("QUARTET_TEST_MODEL"); }

LoadedArtefact Loaded(const std::string& path) {
  [[maybe_unused]] static const bool configured = [] {  // possible only before the first forward
    ConfigureTorch(1);
    return true;
  }();
  auto loaded = LoadArtefact(path);
  INFO(loaded.status());
  REQUIRE(loaded.ok());
  return *std::move(loaded);
}

// The real artefacts, loaded once: int8, and the exact one.
LoadedArtefact& Artefact() {
  static LoadedArtefact artefact = Loaded(ModelPath());
  return artefact;
}
LoadedArtefact& ExactArtefact() {
  static LoadedArtefact artefact = Loaded(Path("QUARTET_TEST_EXACT_MODEL"));
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
  CHECK(info.precision == "int8");
  CHECK(ExactArtefact().manifest.info.precision == "fp32");
  CHECK_FALSE(info.normalized);
  CHECK(info.fingerprint == *FingerprintOfFile(ModelPath()));
  CHECK(Artefact().tokenizer_file_content.substr(0, 5) == "[PAD]");
}

// |a - b| / |b|
double Distance(std::span<const float> a, std::span<const float> b) {
  double difference = 0;
  double length = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(double{a[i]} - b[i], 2);
    length += std::pow(double{b[i]}, 2);
  }
  return std::sqrt(difference / length);
}

TEST_CASE("every golden text gives its golden vector, within the precision's tolerance",
          "[model]") {
  for (LoadedArtefact* artefact : {&Artefact(), &ExactArtefact()}) {
    for (const GoldenText& golden : artefact->manifest.golden) {
      const auto embeddings = artefact->model->Embed(BatchOf({golden}));
      REQUIRE(embeddings.ok());
      REQUIRE(embeddings->rows() == 1);
      CHECK(Distance(embeddings->row(0), golden.vector) <= artefact->manifest.golden_tolerance);
    }
  }
  CHECK(ExactArtefact().manifest.golden_tolerance <= 1e-4F);
}

TEST_CASE("a vector does not depend on its batch mates", "[model]") {
  for (LoadedArtefact* artefact : {&Artefact(), &ExactArtefact()}) {
    const std::vector<GoldenText>& golden = artefact->manifest.golden;
    REQUIRE(golden.size() >= 4);
    for (std::size_t i = 0; i < golden.size(); ++i) {
      const auto alone = artefact->model->Embed(BatchOf({golden[i]}));
      const auto together = artefact->model->Embed(
          BatchOf({golden[(i + 1) % golden.size()], golden[(i + 2) % golden.size()], golden[i],
                   golden[(i + 3) % golden.size()]}));
      REQUIRE(alone.ok());
      REQUIRE(together.ok());
      CHECK(LargestDifference(alone->row(0), together->row(2)) <= 1e-5F);
    }
  }
}

// Runs parts on a thread of their own.
class ThreadHelper final : public ForwardHelper {
 public:
  bool Start(const std::function<void()>& part) override {
    ++starts;
    thread_ = std::thread(part);
    return true;
  }
  void Join() override { thread_.join(); }

  int starts = 0;

 private:
  std::thread thread_;
};

TEST_CASE("a forward that is shared gives the same bits", "[model]") {
  const std::vector<GoldenText>& golden = Artefact().manifest.golden;
  const TokenBatch batch = BatchOf({golden[0], golden[3], golden[4]});
  ThreadHelper helper;
  Artefact().model->PrepareThread();
  const auto alone = Artefact().model->Embed(batch);
  const auto shared = Artefact().model->Embed(batch, &helper);
  REQUIRE(alone.ok());
  REQUIRE(shared.ok());
  CHECK(shared->values == alone->values);
  CHECK(helper.starts == (Artefact().engine.substr(0, 5) == "fused" ? 1 : 0));
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

TEST_CASE("only the file that was named by its digest is loaded", "[model]") {
  const std::string digest = *FingerprintOfFile(ModelPath());
  CHECK(LoadArtefact(ModelPath(), {.sha256 = digest}).ok());

  const std::string other(64, '0');
  const TemporaryFile garbage("this is not a zip archive");
  for (const std::string& path : {ModelPath(), garbage.path()}) {
    const absl::Status refused = LoadArtefact(path, {.sha256 = other}).status();
    CHECK(refused.code() == absl::StatusCode::kInvalidArgument);
    CHECK(refused.message() ==
          path + " has the SHA-256 " + *FingerprintOfFile(path) + ", --model-sha256 is " + other);
  }
}

}  // namespace
}  // namespace quartet
