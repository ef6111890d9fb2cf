// Certificates and their key, known to be good.
#ifndef QUARTET_SECURITY_TLS_MATERIAL_H_
#define QUARTET_SECURITY_TLS_MATERIAL_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace quartet {

// PEM texts.
struct TlsMaterial {
  std::string certificates;  // the server's own first, then those between it and its root
  std::string private_key;
  std::string client_ca;         // who may vouch for clients; empty: nobody is asked
  std::int64_t expiry_unix = 0;  // when the first of `certificates` to expire does
};

// INVALID_ARGUMENT says which of the three is at fault and why: not PEM, empty, expired at
// `now_unix`, a key that is not the certificate's or needs a passphrase, or what OpenSSL itself
// would not serve (RSA of 1024 bits). gRPC would find out at a handshake, and fail it.
absl::StatusOr<TlsMaterial> VetTlsMaterial(std::string certificates, std::string private_key,
                                           std::string client_ca, std::int64_t now_unix);

}  // namespace quartet

#endif  // QUARTET_SECURITY_TLS_MATERIAL_H_
