#include "core/error_detail.h"

#include <catch2/catch.hpp>
#include <chrono>

namespace quartet {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST_CASE("an invalid field is named in the message and in the detail", "[core]") {
  const absl::Status status = InvalidField(TextField(3), "is empty");
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK(status.message() == "texts[3]: is empty");
  CHECK(FieldOf(status) == "texts[3]");
}

TEST_CASE("retry advice is kept in whole milliseconds, never rounded to nothing", "[core]") {
  const absl::Status status = WithRetryAfter(absl::ResourceExhaustedError("x"), microseconds(1));
  CHECK(RetryAfterOf(status) == Duration(milliseconds(1)));
}

TEST_CASE("a plain status carries no details", "[core]") {
  CHECK_FALSE(FieldOf(absl::InternalError("x")).has_value());
  CHECK_FALSE(RetryAfterOf(absl::OkStatus()).has_value());
}

}  // namespace
}  // namespace quartet
