#include "core/reply.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

class Recorder final : public ReplySink<std::string> {
 public:
  explicit Recorder(std::vector<absl::StatusOr<std::string>>* answers) : answers_(answers) {}
  void Finish(absl::StatusOr<std::string> answer) override {
    answers_->push_back(std::move(answer));
  }
  bool IsCancelled() const override { return true; }

 private:
  std::vector<absl::StatusOr<std::string>>* answers_;
};

TEST_CASE("a reply that is dropped unanswered answers INTERNAL", "[core]") {
  std::vector<absl::StatusOr<std::string>> answers;
  { const Reply<std::string> reply(std::make_unique<Recorder>(&answers)); }
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].status().code() == absl::StatusCode::kInternal);
}

TEST_CASE("a finished reply answers once and no more", "[core]") {
  std::vector<absl::StatusOr<std::string>> answers;
  {
    Reply<std::string> reply(std::make_unique<Recorder>(&answers));
    reply.Finish("vector");
  }
  REQUIRE(answers.size() == 1);
  CHECK(*answers[0] == "vector");
}

TEST_CASE("the duty to answer moves with the reply", "[core]") {
  std::vector<absl::StatusOr<std::string>> answers;
  {
    Reply<std::string> first(std::make_unique<Recorder>(&answers));
    Reply<std::string> second(std::move(first));
    CHECK(second.IsCancelled());
    CHECK(answers.empty());
  }
  CHECK(answers.size() == 1);
}

}  // namespace
}  // namespace quartet
