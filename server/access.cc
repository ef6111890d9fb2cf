#include "access.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "log.h"
#include "rpc/library_log.h"
#include "security/authorization.h"

namespace quartet {
namespace {

constexpr const char* kTls = "tls";
constexpr const char* kKeys = "api_keys";
constexpr const char* kScrapeKeys = "metrics_auth";

ClientCertificate ClientCertificateOf(const SecurityConfig& config) {
  if (config.tls_client_auth == "require") return ClientCertificate::kRequire;
  if (config.tls_client_auth == "request") return ClientCertificate::kRequest;
  return ClientCertificate::kNone;
}

}  // namespace

Access::Access(const SecurityConfig& config, SecurityMetrics& metrics, ClientMetrics& clients,
               TimePoint now)
    : client_(ClientCertificateOf(config)),
      names_(absl::StrSplit(config.tls_client_names, ',', absl::SkipWhitespace())),
      metrics_(metrics),
      clients_(clients),
      bursts_(now) {
  if (!config.tls_cert.empty()) {
    tls_ = std::make_unique<TlsStore>(TlsFiles{.certificates = config.tls_cert,
                                               .private_key = config.tls_key,
                                               .client_ca = config.tls_client_ca});
  }
  if (!config.api_keys_file.empty()) keys_ = std::make_unique<KeyStore>(config.api_keys_file);
  if (!config.metrics_auth_file.empty()) {
    scrape_keys_ = std::make_unique<KeyStore>(config.metrics_auth_file);
  }
}

absl::Status Access::Load() {
  if (tls_ != nullptr) {
    if (absl::Status status = LoadFiles(tls_->files(), kTls); !status.ok()) return status;
    metrics_.SetCertificateExpiry(tls_->Current()->expiry_unix);
  }
  if (keys_ != nullptr) {
    if (absl::Status status = LoadFiles(keys_->files(), kKeys); !status.ok()) return status;
    if (tls_ == nullptr) Log(LogLevel::kWarning, "keys are sent in the clear: there is no TLS");
  }
  NameClients();
  if (scrape_keys_ != nullptr) return LoadFiles(scrape_keys_->files(), kScrapeKeys);
  return absl::OkStatus();
}

absl::Status Access::LoadFiles(ReloadedFiles& files, const char* name) {
  if (const absl::Status status = files.Load(); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": ", status.message()));
  }
  metrics_.AddReloadedFiles(name);
  return absl::OkStatus();
}

void Access::Look(TimePoint now) {
  metrics_.SetFailedHandshakes(FailedHandshakes());
  if (tls_ != nullptr) {
    LookAt(tls_->files(), kTls);
    metrics_.SetCertificateExpiry(tls_->Current()->expiry_unix);
  }
  if (keys_ != nullptr) LookAt(keys_->files(), kKeys);
  if (scrape_keys_ != nullptr) LookAt(scrape_keys_->files(), kScrapeKeys);
  LookAtRefusals(now);
}

void Access::LookAt(ReloadedFiles& files, const char* name) {
  const ReloadedFiles::Change change = files.Look();
  if (change == ReloadedFiles::Change::kNone) return;
  const bool failed = change == ReloadedFiles::Change::kRefused;
  metrics_.SetReloadFailed(name, failed);
  if (change == ReloadedFiles::Change::kHealed) {
    Log(LogLevel::kInfo, "files are good again", {{"files", name}});
    return;
  }
  metrics_.OnReload(name, !failed);
  if (failed) {
    Log(LogLevel::kError, "reload failed",
        {{"files", name}, {"reason", std::string(files.problem().message())}});
  } else {
    NameClients();
    Log(LogLevel::kInfo, "reloaded", {{"files", name}});
  }
}

void Access::LookAtRefusals(TimePoint now) {
  const auto burst = bursts_.Look(now, metrics_.Refused());
  if (burst) Log(LogLevel::kWarning, "callers refused", FieldsOf(*burst, kCallerRefusals));
}

std::optional<TlsOptions> Access::tls() const {
  if (tls_ == nullptr) return std::nullopt;
  return TlsOptions{.current = [store = tls_.get()] { return store->Current(); },
                    .client = client_};
}

void Access::NameClients() {
  clients_.SetNames(keys_ == nullptr ? names_ : keys_->Current()->Names());
}

std::function<bool(std::string_view)> Access::may_scrape() const {
  if (scrape_keys_ == nullptr) return {};
  return [store = scrape_keys_.get()](std::string_view header) {
    const auto shown = BasicCredentialsOf(header);
    return shown && store->Current()->Has(shown->name, shown->password);
  };
}

// Where there are keys, callers are known by theirs.
bool Access::AsksForNames() const {
  return !names_.empty() || (keys_ == nullptr && client_ != ClientCertificate::kNone);
}

absl::StatusOr<KnownCaller> Access::Admit(const Caller& caller) {
  const std::shared_ptr<const ApiKeys> keys = keys_ == nullptr ? nullptr : keys_->Current();
  const Judgement judgement = Judge(caller, {.keys = keys.get(), .names = names_});
  if (judgement.refusal) {
    metrics_.OnRefused(*judgement.refusal);
    return StatusOf(*judgement.refusal);
  }
  return KnownCaller{std::string(judgement.name), clients_.Of(judgement.name)};
}

}  // namespace quartet
