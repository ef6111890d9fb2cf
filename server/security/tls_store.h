// The certificates in use, which are replaced when their files are.
#ifndef QUARTET_SECURITY_TLS_STORE_H_
#define QUARTET_SECURITY_TLS_STORE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "host/reloaded_files.h"
#include "security/tls_material.h"

namespace quartet {

struct TlsFiles {
  std::string certificates;  // path
  std::string private_key;   // path
  std::string client_ca;     // path; empty: clients are not asked for a certificate
};

// Current() may be called from any thread, the rest from one.
class TlsStore {
 public:
  explicit TlsStore(const TlsFiles& files);

  // What Load and Look are called on. Its problem never holds what is in the files.
  ReloadedFiles& files() { return files_; }

  // Null before the first load.
  std::shared_ptr<const TlsMaterial> Current() const QUARTET_EXCLUDES(mutex_);

 private:
  absl::Status Accept(const ReloadedFiles::Contents& contents) QUARTET_EXCLUDES(mutex_);

  mutable Mutex mutex_;
  std::shared_ptr<const TlsMaterial> current_ QUARTET_GUARDED_BY(mutex_);
  ReloadedFiles files_;
};

}  // namespace quartet

#endif  // QUARTET_SECURITY_TLS_STORE_H_
