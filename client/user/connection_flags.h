// How the commands of users reach the server.
#ifndef QUARTET_CLIENT_USER_CONNECTION_FLAGS_H_
#define QUARTET_CLIENT_USER_CONNECTION_FLAGS_H_

#include <CLI/CLI.hpp>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "library/client.h"

namespace quartet {

// Exit codes of the commands of users.
inline constexpr int kDone = 0;
inline constexpr int kNotServing = 1;  // health: the answer is no
inline constexpr int kBadRequest = 2;  // what was asked is wrong: flags, files, texts
inline constexpr int kCallFailed = 3;  // the server refused, failed, or is not there

struct ConnectionFlags {
  std::string address = "localhost:50051";
  double timeout = 30;                             // seconds
  std::string ca, certificate, key, api_key_file;  // paths
  std::string server_name;
  bool tls = false;
};

// Adds them to a command. `flags` must outlive it.
void AddConnectionFlags(CLI::App& command, ConnectionFlags& flags);

// Reads the files. INVALID_ARGUMENT: names the flag.
absl::StatusOr<client::Client> Connect(const ConnectionFlags& flags);

// Says what went wrong; the exit code.
int Report(const absl::Status& status, std::ostream& err);

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_CONNECTION_FLAGS_H_
