#include "metrics/security_metrics.h"

namespace quartet {

SecurityMetrics::SecurityMetrics(prometheus::Registry& registry)
    : certificate_expiry_(prometheus::BuildGauge()
                              .Name("quartet_tls_certificate_expiry_seconds")
                              .Help("When the certificate in use expires, or one of its chain "
                                    "before it: seconds since the Unix epoch.")
                              .Register(registry)),
      reloads_(prometheus::BuildCounter()
                   .Name("quartet_reloads_total")
                   .Help("Changes of files that are read again, and whether they were accepted.")
                   .Register(registry)),
      reload_failed_(prometheus::BuildGauge()
                         .Name("quartet_reload_failed")
                         .Help("1 while such files are broken and the last good ones in use.")
                         .Register(registry)),
      failed_handshakes_(prometheus::BuildCounter()
                             .Name("quartet_tls_handshake_failures_total")
                             .Help("TLS handshakes that failed, but for peers that went away.")
                             .Register(registry)
                             .Add({})) {
  auto& refused = prometheus::BuildCounter()
                      .Name("quartet_callers_refused_total")
                      .Help("Calls that were refused because of who made them.")
                      .Register(registry);
  for (const CallerRefusal refusal : kCallerRefusals) {
    refused_.at(static_cast<std::size_t>(refusal)) = &refused.Add({{"reason", NameOf(refusal)}});
  }
}

void SecurityMetrics::OnRefused(CallerRefusal refusal) {
  refused_.at(static_cast<std::size_t>(refusal))->Increment();
}

CallerRefusalCounts SecurityMetrics::Refused() const {
  CallerRefusalCounts counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) counts.at(i) = refused_.at(i)->Value();
  return counts;
}

void SecurityMetrics::SetCertificateExpiry(std::int64_t unix_seconds) {
  certificate_expiry_.Add({}).Set(static_cast<double>(unix_seconds));
}

void SecurityMetrics::AddReloadedFiles(const std::string& files) {
  for (const char* result : {"accepted", "refused"}) {
    reloads_.Add({{"files", files}, {"result", result}});
  }
  SetReloadFailed(files, false);
}

void SecurityMetrics::OnReload(const std::string& files, bool accepted) {
  reloads_.Add({{"files", files}, {"result", accepted ? "accepted" : "refused"}}).Increment();
}

void SecurityMetrics::SetReloadFailed(const std::string& files, bool failed) {
  reload_failed_.Add({{"files", files}}).Set(failed ? 1 : 0);
}

void SecurityMetrics::SetFailedHandshakes(std::uint64_t count) {
  failed_handshakes_.Increment(static_cast<double>(count) - failed_handshakes_.Value());
}

}  // namespace quartet
