#include "pipeline/admission.h"

#include <catch2/catch.hpp>
#include <optional>
#include <utility>

#include "core/error_detail.h"

namespace quartet {
namespace {

TEST_CASE("a full house refuses at once, with advice when to come back", "[pipeline]") {
  Admission admission(10);
  const auto inside = admission.TryAdmit(10);
  REQUIRE(inside.ok());
  const auto refused = admission.TryAdmit(1);
  CHECK(refused.status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(RetryAfterOf(refused.status()).has_value());
}

TEST_CASE("what can never fit is the caller's mistake, not overload", "[pipeline]") {
  Admission admission(10);
  const auto refused = admission.TryAdmit(11);
  CHECK(refused.status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(FieldOf(refused.status()) == "texts");
}

TEST_CASE("a permit that ends lets the next one in", "[pipeline]") {
  Admission admission(10);
  { const auto inside = admission.TryAdmit(10); }
  CHECK(admission.TryAdmit(10).ok());
}

TEST_CASE("a permit that shrinks lets others in, and gives the rest back in the end",
          "[pipeline]") {
  Admission admission(10);
  {
    auto inside = admission.TryAdmit(10);
    inside->ShrinkTo(4);
    CHECK(admission.TryAdmit(6).ok());
    CHECK_FALSE(admission.TryAdmit(7).ok());
  }
  CHECK(admission.TryAdmit(10).ok());
}

TEST_CASE("a permit never grows", "[pipeline]") {
  Admission admission(10);
  auto inside = admission.TryAdmit(4);
  inside->ShrinkTo(9);
  CHECK(admission.TryAdmit(6).ok());
}

TEST_CASE("a moved permit is given back once", "[pipeline]") {
  Admission admission(10);
  {
    auto first = admission.TryAdmit(6);
    const Permit second(*std::move(first));
    CHECK_FALSE(admission.TryAdmit(5).ok());
  }
  CHECK(admission.TryAdmit(10).ok());
  CHECK_FALSE(admission.TryAdmit(11).ok());
}

}  // namespace
}  // namespace quartet
