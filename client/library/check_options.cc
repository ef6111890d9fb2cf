#include "library/check_options.h"

#include <arpa/inet.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace quartet::client {

bool IsLocal(const std::string& address) {
  if (absl::StartsWith(address, "unix:")) return true;
  std::string host = address.substr(0, address.rfind(':'));
  if (host.size() > 1 && host.front() == '[') host = host.substr(1, host.size() - 2);
  if (host == "localhost" || host == "::1") return true;
  // A number, not a name that only begins like one ("127.example.com").
  in_addr number{};
  return absl::StartsWith(host, "127.") && inet_pton(AF_INET, host.c_str(), &number) == 1;
}

absl::Status CheckOptions(const ClientOptions& options) {
  if (options.address.empty()) return absl::InvalidArgumentError("address: is empty");
  if (options.batch_size == 0) {
    return absl::InvalidArgumentError("batch_size: is 0, must be 1 or more");
  }
  if (options.concurrency == 0) {
    return absl::InvalidArgumentError("concurrency: is 0, must be 1 or more");
  }
  if (options.timeout.count() <= 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("timeout: is ", options.timeout.count(), " ms, must be 1 or more"));
  }
  if (options.tls.certificate.empty() != options.tls.key.empty()) {
    return absl::InvalidArgumentError("tls: certificate and key need each other");
  }
  if (!options.tls.certificate.empty() && !options.tls.is_on()) {
    return absl::InvalidArgumentError("tls: a certificate needs ca, or TLS to be on");
  }
  if (!options.api_key.empty() && !options.tls.is_on() && !options.allow_key_without_tls &&
      !IsLocal(options.address)) {
    return absl::InvalidArgumentError(absl::StrCat("api_key: would go to ", options.address,
                                                   " without TLS; set ca, or allow it"));
  }
  return absl::OkStatus();
}

}  // namespace quartet::client
