#include "core/error_detail.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

constexpr char kFieldPayload[] = "quartet.field";
constexpr char kRetryAfterPayload[] = "quartet.retry_after_ms";

}  // namespace

absl::Status InvalidField(const std::string& field, const std::string& problem) {
  absl::Status status = absl::InvalidArgumentError(absl::StrCat(field, ": ", problem));
  status.SetPayload(kFieldPayload, absl::Cord(field));
  return status;
}

std::optional<std::string> FieldOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kFieldPayload);
  if (!payload.has_value()) return std::nullopt;
  return std::string(*payload);
}

std::string TextField(std::size_t index) { return absl::StrCat("texts[", index, "]"); }

absl::Status WithRetryAfter(absl::Status status, Duration delay) {
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(delay).count();
  status.SetPayload(kRetryAfterPayload, absl::Cord(absl::StrCat(milliseconds)));
  return status;
}

std::optional<Duration> RetryAfterOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kRetryAfterPayload);
  std::int64_t milliseconds = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &milliseconds)) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(milliseconds);
}

}  // namespace quartet
