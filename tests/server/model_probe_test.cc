#include "model_probe.h"

#include <catch2/catch.hpp>

namespace quartet {
namespace {

class ProbedModel {
 protected:
  double failures_ = 0;
  absl::Status state_;
  int tests_ = 0;
  ModelProbe probe_{[this] { return failures_; },
                    [this] {
                      ++tests_;
                      return state_;
                    }};
};

TEST_CASE_METHOD(ProbedModel, "a model that never fails is never tested", "[server]") {
  CHECK(probe_.Look().ok());
  CHECK(probe_.Look().ok());
  CHECK(tests_ == 0);
}

TEST_CASE_METHOD(ProbedModel, "a failed forward is followed by one test", "[server]") {
  failures_ = 1;
  CHECK(probe_.Look().ok());
  CHECK(probe_.Look().ok());
  CHECK(tests_ == 1);
  failures_ = 2;
  CHECK(probe_.Look().ok());
  CHECK(tests_ == 2);
}

TEST_CASE_METHOD(ProbedModel, "a model that fails its test is tested until it is well again",
                 "[server]") {
  failures_ = 1;
  state_ = absl::InternalError("broken");
  CHECK(probe_.Look().message() == "broken");
  CHECK_FALSE(probe_.Look().ok());
  state_ = absl::OkStatus();
  CHECK(probe_.Look().ok());
  CHECK(tests_ == 3);
  CHECK(probe_.Look().ok());
  CHECK(tests_ == 3);
}

}  // namespace
}  // namespace quartet
