#include "security/authorization.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"

namespace quartet {

std::optional<std::string_view> CredentialsOf(std::string_view header, std::string_view scheme) {
  const std::string_view start = header.substr(0, scheme.size());
  if (!absl::EqualsIgnoreCase({start.data(), start.size()}, {scheme.data(), scheme.size()}) ||
      header.size() < scheme.size() + 2 || header[scheme.size()] != ' ') {
    return std::nullopt;
  }
  return header.substr(scheme.size() + 1);
}

std::optional<NameAndPassword> BasicCredentialsOf(std::string_view header) {
  const std::optional<std::string_view> encoded = CredentialsOf(header, "basic");
  std::string both;
  if (!encoded || !absl::Base64Unescape({encoded->data(), encoded->size()}, &both)) {
    return std::nullopt;
  }
  const std::size_t colon = both.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return NameAndPassword{both.substr(0, colon), both.substr(colon + 1)};
}

}  // namespace quartet
