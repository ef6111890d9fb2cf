// A pipe in one process: what is written must fit into it (64 kB).
#ifndef QUARTET_TESTS_CLIENT_USER_PIPE_H_
#define QUARTET_TESTS_CLIENT_USER_PIPE_H_

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string_view>

namespace quartet {

class Pipe {
 public:
  Pipe() { REQUIRE(pipe2(ends_.data(), O_CLOEXEC) == 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    Close();
    close(ends_[0]);
  }

  int reading() const { return ends_[0]; }

  void Write(std::string_view bytes) {
    REQUIRE(write(ends_[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }

  void WriteAndClose(std::string_view bytes) {
    Write(bytes);
    Close();
  }

 private:
  void Close() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

  std::array<int, 2> ends_{};
};

}  // namespace quartet

#endif  // QUARTET_TESTS_CLIENT_USER_PIPE_H_
