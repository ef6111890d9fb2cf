// The keys in use, which are replaced when their file is.
#ifndef QUARTET_SECURITY_KEY_STORE_H_
#define QUARTET_SECURITY_KEY_STORE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "host/reloaded_files.h"
#include "security/api_keys.h"

namespace quartet {

// Current() may be called from any thread, the rest from one.
class KeyStore {
 public:
  explicit KeyStore(const std::string& path);

  // What Load and Look are called on. Its problem never holds what is in the file.
  ReloadedFiles& files() { return files_; }

  // Null before the first load.
  std::shared_ptr<const ApiKeys> Current() const QUARTET_EXCLUDES(mutex_);

 private:
  absl::Status Accept(const std::string& content) QUARTET_EXCLUDES(mutex_);

  mutable Mutex mutex_;
  std::shared_ptr<const ApiKeys> current_ QUARTET_GUARDED_BY(mutex_);
  ReloadedFiles files_;
};

}  // namespace quartet

#endif  // QUARTET_SECURITY_KEY_STORE_H_
