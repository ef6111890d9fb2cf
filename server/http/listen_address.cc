#include "http/listen_address.h"

#include <arpa/inet.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace quartet {

absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  ListenAddress parsed;
  if (colon != std::string::npos) parsed.host = address.substr(0, colon);
  if (parsed.host.size() > 2 && parsed.host.front() == '[' && parsed.host.back() == ']') {
    parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
  } else if (parsed.host.find_first_of("[]:") != std::string::npos) {
    parsed.host.clear();  // an IPv6 address without its brackets: where does it end?
  }
  const bool is_number =
      !parsed.host.empty() && absl::SimpleAtoi(address.substr(colon + 1), &parsed.port);
  if (!is_number || parsed.port < 0 || parsed.port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", address, "' is not HOST:PORT with a port of 0 to 65535"));
  }
  return parsed;
}

bool IsLoopback(const ListenAddress& address) {
  if (address.host == "localhost" || address.host == "::1") return true;
  in_addr number{};
  return inet_pton(AF_INET, address.host.c_str(), &number) == 1 &&
         (ntohl(number.s_addr) >> 24U) == 127;
}

}  // namespace quartet
