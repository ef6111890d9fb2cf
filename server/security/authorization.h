// What an `authorization` header shows. Pure functions.
#ifndef QUARTET_SECURITY_AUTHORIZATION_H_
#define QUARTET_SECURITY_AUTHORIZATION_H_

#include <optional>
#include <string>
#include <string_view>

namespace quartet {

// What follows `scheme` (lower case; in the header its case does not matter, RFC 9110) and one
// blank; nullopt: another scheme, or nothing follows. Points into the header.
std::optional<std::string_view> CredentialsOf(std::string_view header, std::string_view scheme);

struct NameAndPassword {
  std::string name;
  std::string password;
};

// Of HTTP's basic authentication (RFC 7617); nullopt: it is none, or no base64, or has no colon.
std::optional<NameAndPassword> BasicCredentialsOf(std::string_view header);

}  // namespace quartet

#endif  // QUARTET_SECURITY_AUTHORIZATION_H_
