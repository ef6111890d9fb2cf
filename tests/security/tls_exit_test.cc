#include "security/tls_exit.h"

#include <openssl/rand.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>

namespace quartet {
namespace {

bool UseTls() {
  std::array<unsigned char, 16> bytes{};
  return RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1;
}

// Handlers run in reverse order: this one, the first, is called after what OpenSSL has registered.
void UseTlsAtTheEnd() { _exit(UseTls() ? 0 : 1); }

// No other test of this program may use OpenSSL: its first use is the child's.
TEST_CASE("TLS still works while the process exits") {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (std::atexit(UseTlsAtTheEnd) != 0) _exit(2);
    KeepTlsUntilTheEnd();
    std::exit(UseTls() ? 0 : 3);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace quartet
