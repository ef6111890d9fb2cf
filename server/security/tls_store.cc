#include "security/tls_store.h"

#include <ctime>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace quartet {
namespace {

std::vector<std::string> PathsOf(const TlsFiles& files) {
  std::vector<std::string> paths = {files.certificates, files.private_key};
  if (!files.client_ca.empty()) paths.push_back(files.client_ca);
  return paths;
}

}  // namespace

TlsStore::TlsStore(const TlsFiles& files)
    : files_(PathsOf(files),
             [this](const ReloadedFiles::Contents& contents) { return Accept(contents); }) {}

std::shared_ptr<const TlsMaterial> TlsStore::Current() const {
  const MutexLock lock(mutex_);
  return current_;
}

absl::Status TlsStore::Accept(const ReloadedFiles::Contents& contents) {
  const bool has_ca = contents.size() > 2;
  absl::StatusOr<TlsMaterial> vetted = VetTlsMaterial(
      contents[0], contents[1], has_ca ? contents[2] : std::string(), std::time(nullptr));
  if (!vetted.ok()) return vetted.status();
  auto next = std::make_shared<const TlsMaterial>(*std::move(vetted));
  const MutexLock lock(mutex_);
  current_ = std::move(next);
  return absl::OkStatus();
}

}  // namespace quartet
