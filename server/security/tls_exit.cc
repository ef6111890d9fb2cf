#include "security/tls_exit.h"

#include <openssl/crypto.h>

namespace quartet {

void KeepTlsUntilTheEnd() { OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr); }

}  // namespace quartet
