#include "security/key_store.h"

#include <utility>

#include "absl/status/statusor.h"

namespace quartet {

KeyStore::KeyStore(const std::string& path)
    : files_({path},
             [this](const ReloadedFiles::Contents& contents) { return Accept(contents[0]); }) {}

std::shared_ptr<const ApiKeys> KeyStore::Current() const {
  const MutexLock lock(mutex_);
  return current_;
}

absl::Status KeyStore::Accept(const std::string& content) {
  absl::StatusOr<ApiKeys> keys = ApiKeys::Parse(content);
  if (!keys.ok()) return keys.status();
  auto next = std::make_shared<const ApiKeys>(*std::move(keys));
  const MutexLock lock(mutex_);
  current_ = std::move(next);
  return absl::OkStatus();
}

}  // namespace quartet
