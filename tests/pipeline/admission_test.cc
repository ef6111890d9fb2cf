#include "pipeline/admission.h"

#include <catch2/catch.hpp>
#include <optional>
#include <utility>

#include "core/error_detail.h"

namespace quartet {
namespace {

class AdmissionFixture {
 protected:
  absl::StatusOr<Permit> TryAdmit(std::size_t tokens, ClientId client = 0) {
    AdmissionResult result =
        admission_.TryAdmit({.client = client, .tokens = tokens, .time_left = Duration::max()});
    reason_ = result.rejected;
    return std::move(result.permit);
  }

  std::optional<RejectReason> reason_;
  const ServiceRate rate_{1};
  Admission admission_{{.max_tokens = 10}, rate_};
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

}  // namespace
}  // namespace quartet
