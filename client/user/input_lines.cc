#include "user/input_lines.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;  // a pipe's
constexpr int kForever = -1;

// Whether a read would not wait.
bool IsReadable(int descriptor, int timeout_ms) {
  pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, timeout_ms) > 0;
}

}  // namespace

InputLines::InputLines(int descriptor) : descriptor_(descriptor) {
  // Libraries give the number of a standard input that is closed to an event of their own, which is
  // of no kind of file.
  struct stat kind {};
  if (fstat(descriptor, &kind) != 0 || (kind.st_mode & S_IFMT) == 0) Fail(EBADF);
}

std::optional<std::string> InputLines::Next() {
  while (!FindLine()) Read();
  if (begin_ == buffer_.size()) return std::nullopt;
  std::string line = buffer_.substr(begin_, end_ - begin_);
  begin_ = end_ = end_ == buffer_.size() ? end_ : end_ + 1;
  return line;
}

bool InputLines::HasNext() {
  while (!FindLine()) {
    if (!IsReadable(descriptor_, 0)) return false;
    Read();
  }
  return true;
}

std::optional<double> InputLines::TakenShare() const {
  struct stat file {};
  if (fstat(descriptor_, &file) != 0 || !S_ISREG(file.st_mode) || file.st_size == 0) {
    return std::nullopt;
  }
  const auto waiting = static_cast<off_t>(buffer_.size() - begin_);
  const off_t taken = lseek(descriptor_, 0, SEEK_CUR) - waiting;
  return static_cast<double>(taken) / static_cast<double>(file.st_size);
}

bool InputLines::FindLine() {
  const std::size_t found = buffer_.find('\n', end_);
  end_ = found == std::string::npos ? buffer_.size() : found;
  return end_ < buffer_.size() || ended_;
}

void InputLines::Read() {
  buffer_.erase(0, begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kChunk);
  ssize_t count = 0;
  do {
    IsReadable(descriptor_, kForever);  // a read need not wait: the descriptor is another's, too
    count = read(descriptor_, &buffer_[size], kChunk);
  } while (count < 0 && (errno == EINTR || errno == EAGAIN));
  buffer_.resize(size + (count > 0 ? static_cast<std::size_t>(count) : 0));
  if (count < 0) return Fail(errno);
  ended_ = count == 0;
}

void InputLines::Fail(int error) {
  ended_ = true;
  status_ = absl::InvalidArgumentError(absl::StrCat("input: can't read: ", std::strerror(error)));
}

}  // namespace quartet
