#include "pipeline/admission.h"

#include <catch2/catch.hpp>
#include <optional>
#include <utility>

#include "core/error_detail.h"

namespace quartet {
namespace {

class AdmissionFixture {
 protected:
  explicit AdmissionFixture(const AdmissionLimits& limits = {.max_tokens = 10})
      : admission_(limits, rate_) {}

  absl::StatusOr<Permit> TryAdmit(std::size_t tokens, ClientId client = 0, StreamId stream = 0) {
    AdmissionResult result = admission_.TryAdmit(
        {.client = client, .tokens = tokens, .time_left = Duration::max(), .stream = stream});
    reason_ = result.rejected;
    return std::move(result.permit);
  }

  std::optional<RejectReason> reason_;
  const ServiceRate rate_{1};
  Admission admission_;
};

TEST_CASE_METHOD(AdmissionFixture, "a full house refuses at once, with advice when to come back",
                 "[pipeline]") {
  const auto inside = TryAdmit(10);
  REQUIRE(inside.ok());
  const auto refused = TryAdmit(1);
  CHECK(refused.status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(RetryAfterOf(refused.status()).has_value());
  CHECK(reason_ == RejectReason::kQueueFull);
}

TEST_CASE_METHOD(AdmissionFixture, "what can never fit is the caller's mistake, not overload",
                 "[pipeline]") {
  const auto refused = TryAdmit(11);
  CHECK(refused.status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(FieldOf(refused.status()) == "texts");
  CHECK_FALSE(reason_.has_value());
}

TEST_CASE_METHOD(AdmissionFixture, "a permit that ends lets the next one in", "[pipeline]") {
  { const auto inside = TryAdmit(10); }
  CHECK(TryAdmit(10).ok());
}

TEST_CASE_METHOD(AdmissionFixture,
                 "a permit that shrinks lets others in, and gives the rest back in the end",
                 "[pipeline]") {
  {
    auto inside = TryAdmit(10);
    inside->ShrinkTo(4);
    CHECK(TryAdmit(6).ok());
    CHECK_FALSE(TryAdmit(7).ok());
  }
  CHECK(TryAdmit(10).ok());
}

TEST_CASE_METHOD(AdmissionFixture, "a permit never grows", "[pipeline]") {
  auto inside = TryAdmit(4);
  inside->ShrinkTo(9);
  CHECK(TryAdmit(6).ok());
}

TEST_CASE_METHOD(AdmissionFixture, "a moved permit is given back once", "[pipeline]") {
  {
    auto first = TryAdmit(6);
    const Permit second(*std::move(first));
    CHECK_FALSE(TryAdmit(5).ok());
  }
  CHECK(TryAdmit(10).ok());
  CHECK_FALSE(TryAdmit(11).ok());
}

TEST_CASE_METHOD(AdmissionFixture, "clients are counted apart, and forgotten when they have gone",
                 "[pipeline]") {
  {
    const auto greedy = TryAdmit(8, 1);
    CHECK_FALSE(TryAdmit(1, 1).ok());  // into the reserved part
    CHECK(TryAdmit(2, 2).ok());
  }
  const auto alone = TryAdmit(5, 1);
  CHECK(TryAdmit(5, 1).ok());
}

class TwoCallsFixture : public AdmissionFixture {
 protected:
  TwoCallsFixture() : AdmissionFixture({.max_tokens = 1000, .max_client_calls = 2}) {}
};

TEST_CASE_METHOD(TwoCallsFixture, "a client has two calls inside, and each client has them",
                 "[pipeline]") {
  auto first = TryAdmit(5, 1);
  auto second = std::make_optional(TryAdmit(5, 1));
  first->ShrinkTo(1);
  const auto refused = TryAdmit(5, 1);
  CHECK(reason_ == RejectReason::kClientCalls);
  CHECK(refused.status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(refused.status().message() == "this client has 2 calls inside, the limit is 2");
  CHECK(RetryAfterOf(refused.status()).has_value());
  CHECK(TryAdmit(5, 2).ok());
  second.reset();
  CHECK(TryAdmit(5, 1).ok());
}

TEST_CASE_METHOD(TwoCallsFixture, "the texts of a stream are one call until the last has left",
                 "[pipeline]") {
  auto first = std::make_optional(TryAdmit(5, 1, /*stream=*/7));
  auto second = std::make_optional(TryAdmit(5, 1, /*stream=*/7));
  const auto single = TryAdmit(5, 1);
  CHECK(single.ok());
  CHECK_FALSE(TryAdmit(5, 1).ok());
  CHECK_FALSE(TryAdmit(5, 1, /*stream=*/8).ok());
  CHECK(TryAdmit(5, 1, /*stream=*/7).ok());
  first.reset();
  CHECK_FALSE(TryAdmit(5, 1).ok());
  second.reset();
  CHECK(TryAdmit(5, 1).ok());
}

}  // namespace
}  // namespace quartet
