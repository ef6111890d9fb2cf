// One page over HTTP.
#ifndef QUARTET_CLIENT_OPERATOR_HTTP_GET_H_
#define QUARTET_CLIENT_OPERATOR_HTTP_GET_H_

#include <stop_token>
#include <string>

#include "absl/status/statusor.h"

namespace quartet {

// With the name and password that ~/.netrc has for the host, if any. Waits 5 s at most, and a
// second after a stop was asked for. UNAVAILABLE, with the reason: no answer, or one that is not
// 200.
absl::StatusOr<std::string> HttpGet(const std::string& url, std::stop_token stop = {});

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_HTTP_GET_H_
