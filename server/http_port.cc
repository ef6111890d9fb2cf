#include "http_port.h"

#include <utility>

#include "http/listen_address.h"
#include "log.h"
#include "port_options.h"

namespace quartet {
namespace {

// Without TLS on the gRPC port either, that has been said already (access.cc).
void WarnOfKeysInTheClear(const Config& config) {
  const auto address = ParseListenAddress(config.http_listen);
  if (config.security.api_keys_file.empty() || config.security.tls_cert.empty()) return;
  if (!address.ok() || IsLoopback(*address)) return;
  Log(LogLevel::kWarning, "keys are sent in the clear: there is no TLS",
      {{"address", config.http_listen}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpPort>> HttpPort::Open(const Config& config, const Clock& clock,
                                                         CallObserver& observer, CallerGate* gate,
                                                         HttpApi::Backend backend) {
  WarnOfKeysInTheClear(config);
  const HttpApi::Options options = {.limits = LimitsOf(config),
                                    .deadlines = DeadlinesOf(config),
                                    .slow_call = SlowCall(config),
                                    .gate = gate,
                                    .open_health = config.security.open_health};
  std::unique_ptr<HttpPort> port(
      new HttpPort(std::make_unique<HttpApi>(options, clock, observer, std::move(backend))));
  auto server = HttpServer::Create(
      {.address = config.http_listen, .max_connection_age = config.max_connection_age},
      *port->api_);
  if (!server.ok()) return server.status();
  port->server_ = *std::move(server);
  return port;
}

}  // namespace quartet
