// quartet_tls_* and its like: who is let in, and with what.
#ifndef QUARTET_METRICS_SECURITY_METRICS_H_
#define QUARTET_METRICS_SECURITY_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <cstdint>
#include <string>

#include "security/caller_rules.h"

namespace quartet {

using CallerRefusalCounts = std::array<double, kCallerRefusals.size()>;  // by CallerRefusal

// Thread-safe.
class SecurityMetrics {
 public:
  // `registry` must outlive this.
  explicit SecurityMetrics(prometheus::Registry& registry);

  // Without TLS there is no such metric.
  void SetCertificateExpiry(std::int64_t unix_seconds);

  void OnRefused(CallerRefusal refusal);
  // So far.
  CallerRefusalCounts Refused() const;

  // `files` is a label: "tls". Registers its series at zero.
  void AddReloadedFiles(const std::string& files);
  void OnReload(const std::string& files, bool accepted);
  // Whether the files are other than what is in use, because they are broken.
  void SetReloadFailed(const std::string& files, bool failed);

  // So far; never falls.
  void SetFailedHandshakes(std::uint64_t count);

 private:
  prometheus::Family<prometheus::Gauge>& certificate_expiry_;
  prometheus::Family<prometheus::Counter>& reloads_;
  prometheus::Family<prometheus::Gauge>& reload_failed_;
  prometheus::Counter& failed_handshakes_;
  std::array<prometheus::Counter*, kCallerRefusals.size()> refused_{};  // by CallerRefusal
};

}  // namespace quartet

#endif  // QUARTET_METRICS_SECURITY_METRICS_H_
