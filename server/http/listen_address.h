// The address of --http-listen. Pure functions.
#ifndef QUARTET_HTTP_LISTEN_ADDRESS_H_
#define QUARTET_HTTP_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"

namespace quartet {

struct ListenAddress {
  std::string host;  // without brackets
  int port = 0;
};

// "127.0.0.1:8080", "localhost:0", "[::1]:8080". INVALID_ARGUMENT: it is not HOST:PORT.
absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& address);

// Only this machine can connect to it: 127.…, ::1 or localhost.
bool IsLoopback(const ListenAddress& address);

}  // namespace quartet

#endif  // QUARTET_HTTP_LISTEN_ADDRESS_H_
