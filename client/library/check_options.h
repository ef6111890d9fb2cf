// What options of a client go together. Pure functions.
#ifndef QUARTET_CLIENT_LIBRARY_CHECK_OPTIONS_H_
#define QUARTET_CLIENT_LIBRARY_CHECK_OPTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "library/client_options.h"

namespace quartet::client {

// Whether an address is this machine.
bool IsLocal(const std::string& address);

// INVALID_ARGUMENT: names the options that contradict each other.
absl::Status CheckOptions(const ClientOptions& options);

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_CHECK_OPTIONS_H_
