#include "user/connection_flags.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

// Of an empty path: empty.
absl::StatusOr<std::string> ContentOf(const std::string& path, const std::string& flag) {
  if (path.empty()) return std::string();
  const std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) return absl::InvalidArgumentError(absl::StrCat(flag, ": can't read ", path));
  return content.str();
}

}  // namespace

void AddConnectionFlags(CLI::App& command, ConnectionFlags& flags) {
  command
      .add_option("--address", flags.address,
                  "The server's --listen address, or several replicas' name")
      ->envname("QUARTET_ADDRESS")
      ->type_name("HOST:PORT");
  command.add_option("--timeout", flags.timeout, "Seconds for each call, its retries included")
      ->check(CLI::Range(0.001, 86400.0))
      ->type_name("SECONDS");
  command.add_flag("--tls", flags.tls, "TLS, with the system's authorities");
  command.add_option("--ca", flags.ca, "TLS, with the authorities of this file (PEM)")
      ->type_name("FILE");
  command.add_option("--cert", flags.certificate, "This client's certificate (PEM), with --key")
      ->type_name("FILE");
  command.add_option("--key", flags.key, "Its key (PEM)")->type_name("FILE");
  command
      .add_option("--server-name", flags.server_name,
                  "In the server's certificate, where it is not the address")
      ->type_name("NAME");
  command
      .add_option("--api-key-file", flags.api_key_file,
                  "Holds the key of calls; sent with TLS, or to this machine")
      ->envname("QUARTET_API_KEY_FILE")
      ->type_name("FILE");
}

absl::StatusOr<client::Client> Connect(const ConnectionFlags& flags) {
  client::ClientOptions options;
  options.address = flags.address;
  // A server of --open-health=false would get no calls; and who asks about health must reach one
  // that is not ready.
  options.watch_health = false;
  options.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(flags.timeout * 1000));
  options.tls.on = flags.tls;
  options.tls.server_name = flags.server_name;
  const struct {
    const char* flag;
    const std::string& path;
    std::string& content;
  } files[] = {{"--ca", flags.ca, options.tls.ca},
               {"--cert", flags.certificate, options.tls.certificate},
               {"--key", flags.key, options.tls.key},
               {"--api-key-file", flags.api_key_file, options.api_key}};
  for (const auto& file : files) {
    absl::StatusOr<std::string> content = ContentOf(file.path, file.flag);
    if (!content.ok()) return content.status();
    file.content = *std::move(content);
  }
  absl::StripAsciiWhitespace(&options.api_key);
  return client::Client::Create(std::move(options));
}

int Report(const absl::Status& status, std::ostream& err) {
  if (status.ok()) return kDone;
  err << "quartet: " << absl::StatusCodeToString(status.code()) << ": " << status.message() << '\n';
  return status.code() == absl::StatusCode::kInvalidArgument ? kBadRequest : kCallFailed;
}

}  // namespace quartet
