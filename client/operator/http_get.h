// One page over HTTP.
#ifndef QUARTET_CLIENT_OPERATOR_HTTP_GET_H_
#define QUARTET_CLIENT_OPERATOR_HTTP_GET_H_

#include <string>

#include "absl/status/statusor.h"

namespace quartet {

// Waits 5 s at most. UNAVAILABLE, with the reason: no answer, or one that is not 200.
absl::StatusOr<std::string> HttpGet(const std::string& url);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_HTTP_GET_H_
