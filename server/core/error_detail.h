// Errors that carry more than a sentence. The details travel as payloads of absl::Status, so that
// the pipeline can say "texts[3]" or "come back in 200 ms" without knowing gRPC's error model;
// rpc/status_mapping turns them into google.rpc.BadRequest and google.rpc.RetryInfo.
#ifndef QUARTET_CORE_ERROR_DETAIL_H_
#define QUARTET_CORE_ERROR_DETAIL_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "core/clock.h"

namespace quartet {

// INVALID_ARGUMENT about one field of the request, as "<field>: <problem>". `problem` names the
// limit and the value.
// (std::string: Debian's absl::string_view is a type of its own and takes no std::string_view.)
absl::Status InvalidField(const std::string& field, const std::string& problem);

// The field an error is about, if it is about one.
std::optional<std::string> FieldOf(const absl::Status& status);

// The path of one text in the request: "texts[3]".
std::string TextField(std::size_t index);

// RESOURCE_EXHAUSTED or UNAVAILABLE with advice when to try again.
absl::Status WithRetryAfter(absl::Status status, Duration delay);
std::optional<Duration> RetryAfterOf(const absl::Status& status);

}  // namespace quartet

#endif  // QUARTET_CORE_ERROR_DETAIL_H_
