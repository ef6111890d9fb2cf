// Who calls, and who may: certificates and keys, read again while the server runs.
#ifndef QUARTET_ACCESS_H_
#define QUARTET_ACCESS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "calls/caller_gate.h"
#include "config.h"
#include "core/clock.h"
#include "host/reloaded_files.h"
#include "metrics/client_metrics.h"
#include "metrics/security_metrics.h"
#include "refused_bursts.h"
#include "rpc/tls_credentials.h"
#include "security/key_store.h"
#include "security/tls_store.h"

namespace quartet {

class Access final : private CallerGate {
 public:
  // Both must outlive this.
  Access(const SecurityConfig& config, SecurityMetrics& metrics, ClientMetrics& clients,
         TimePoint now);

  // Once, before anything else. Not OK: what was asked for can't be had.
  absl::Status Load();

  // Often, from one thread. Reads the files again; broken ones get one log line, as does a burst of
  // refusals.
  void Look(TimePoint now);

  // Absent: plain. Lives as long as this.
  std::optional<TlsOptions> tls() const;

  // Lives as long as this.
  CallerGate* gate() { return this; }

  // Whether a scrape with that `authorization` header is answered; empty: each is. Lives as long as
  // this; from any thread.
  std::function<bool(std::string_view)> may_scrape() const;

 private:
  bool AsksForNames() const override;
  absl::StatusOr<KnownCaller> Admit(const Caller& caller) override;

  absl::Status LoadFiles(ReloadedFiles& files, const char* name);
  void LookAt(ReloadedFiles& files, const char* name);
  void LookAtRefusals(TimePoint now);
  void NameClients();

  const ClientCertificate client_;
  const std::vector<std::string> names_;
  SecurityMetrics& metrics_;
  ClientMetrics& clients_;
  std::unique_ptr<TlsStore> tls_;          // null: plain
  std::unique_ptr<KeyStore> keys_;         // null: no key is needed
  std::unique_ptr<KeyStore> scrape_keys_;  // null: no password is needed
  RefusedBursts<CallerRefusalCounts> bursts_;
};

}  // namespace quartet

#endif  // QUARTET_ACCESS_H_
