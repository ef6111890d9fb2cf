// Where a client's server is and what is asked of it.
#ifndef QUARTET_CLIENT_LIBRARY_CLIENT_OPTIONS_H_
#define QUARTET_CLIENT_LIBRARY_CLIENT_OPTIONS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace quartet::client {

// PEM contents, not paths. Empty: none.
// OpenSSL frees its state in exit(): a program that may end while a client connects calls
// OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr) first, or may crash there.
struct TlsOptions {
  bool on = false;          // with the system's authorities; `ca` alone turns it on, too
  std::string ca;           // who may vouch for the server
  std::string certificate;  // the client's, for mutual TLS; with `key`
  std::string key;
  std::string server_name;  // in the server's certificate, where it is not the address

  bool is_on() const { return on || !ca.empty(); }
};

struct ClientOptions {
  // HOST:PORT, a name of several replicas, or "ipv4:A:PORT,B:PORT".
  std::string address = "localhost:50051";
  // For each call to the server, its retries included. Of a list of texts, calls that are refused
  // for overload go again until nothing was answered for this long.
  std::chrono::milliseconds timeout{30'000};
  // Texts in one call; at most what the server takes (256 by default).
  std::size_t batch_size = 64;
  // Calls of one Embed under way at a time.
  std::size_t concurrency = 4;
  TlsOptions tls;
  std::string api_key;                 // empty: none
  bool allow_key_without_tls = false;  // else a key goes in plain text to this machine only
  // Replicas that are not ready get no calls. Not with a server of --open-health=false.
  bool watch_health = true;
};

enum class Truncation { kEnd, kStart, kReject };

// Of vectors on the wire: 4, 2 or 1 byte a number. They arrive as floats, whatever it is: within
// 0.05 % (float16) and 0.4 % (int8) of the vector's largest number.
enum class Encoding { kFloat32, kFloat16, kInt8 };

// Absent: as the model does it by default.
struct EmbedOptions {
  std::optional<bool> normalize;             // to length 1
  std::optional<std::uint32_t> dimensions;   // the first of each vector
  Truncation truncation = Truncation::kEnd;  // of texts longer than the model takes
  std::optional<std::string> prompt_name;    // empty: no prompt
  std::string required_fingerprint;          // 64 hexadecimal digits; empty: any model
  Encoding encoding = Encoding::kFloat32;
};

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_CLIENT_OPTIONS_H_
