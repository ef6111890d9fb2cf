// A file that lives as long as the test.
#ifndef QUARTET_TESTS_FAKES_TEMPORARY_FILE_H_
#define QUARTET_TESTS_FAKES_TEMPORARY_FILE_H_

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace quartet {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    const int file = mkstemp(path_.data());
    if (file < 0 || write(file, content.data(), content.size()) < 0) std::abort();
    close(file);
  }
  ~TemporaryFile() { unlink(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/quartet-test-XXXXXX";
};

}  // namespace quartet

#endif  // QUARTET_TESTS_FAKES_TEMPORARY_FILE_H_
