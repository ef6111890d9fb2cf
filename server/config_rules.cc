#include "config_rules.h"

#include "http/listen_address.h"

namespace quartet {
namespace {

struct Need {
  std::string setting;
  bool is_set;
  std::string other;
  bool other_is_set;
};

// Who must show a certificate on one port must not come in without one by another.
bool IsWayAroundCertificates(const Config& config) {
  if (config.http_listen == "none") return false;
  if (config.security.tls_client_auth != "require") return false;
  if (!config.security.tls_client_names.empty()) return false;  // the gate asks for them
  const auto address = ParseListenAddress(config.http_listen);
  return !address.ok() || !IsLoopback(*address);
}

}  // namespace

std::optional<SettingProblem> ProblemOf(const Config& config) {
  if (config.default_deadline > config.max_deadline) {
    return SettingProblem{"--default-deadline", std::to_string(config.default_deadline.count()) +
                                                    "ms is longer than --max-deadline, " +
                                                    std::to_string(config.max_deadline.count()) +
                                                    "ms"};
  }
  const SecurityConfig& security = config.security;
  const bool cert = !security.tls_cert.empty();
  const bool key = !security.tls_key.empty();
  const bool ca = !security.tls_client_ca.empty();
  const bool asks = security.tls_client_auth != "none";
  // Half a lock is none: a setting without its other half is a mistake.
  const Need needs[] = {
      {"--tls-cert", cert, "--tls-key", key},
      {"--tls-key", key, "--tls-cert", cert},
      {"--tls-client-ca", ca, "--tls-cert", cert},
      {"--tls-client-auth", asks, "--tls-client-ca", ca},
      {"--tls-client-ca", ca, "--tls-client-auth request or require", asks},
      {"--tls-client-names", !security.tls_client_names.empty(), "--tls-client-ca", ca},
      {"--http-listen beyond this machine, beside --tls-client-auth=require",
       IsWayAroundCertificates(config), "--api-keys-file", !security.api_keys_file.empty()},
      {"--admin-tls", security.admin_tls, "--tls-cert", cert}};
  for (const Need& need : needs) {
    if (need.is_set && !need.other_is_set) {
      return SettingProblem{need.setting, "needs " + need.other};
    }
  }
  return std::nullopt;
}

}  // namespace quartet
