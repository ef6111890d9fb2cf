#include "http/http_connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>

namespace quartet {
namespace {

// One end of a pair of sockets; the test has the other.
class Pair {
 public:
  Pair() {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    connection_ = std::make_unique<HttpConnection>(ends[0], is_cut_);
    other_ = ends[1];
  }
  ~Pair() { ::close(other_); }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  HttpConnection& connection() { return *connection_; }
  void Cut() { is_cut_ = true; }
  void Say(const std::string& bytes) const {
    REQUIRE(send(other_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  }

 private:
  std::atomic<bool> is_cut_ = false;
  std::unique_ptr<HttpConnection> connection_;
  int other_ = -1;
};

TEST_CASE("a request may take so many bytes, and then its connection is spent", "[http]") {
  Pair pair;
  pair.Say("123456789");
  pair.connection().BeginRequest({.header_bytes = 5, .body_bytes = 3});
  char bytes[16];
  CHECK(pair.connection().read(bytes, sizeof(bytes)) == 5);
  SECTION("headers") {
    CHECK_FALSE(pair.connection().IsSpent());
    CHECK(pair.connection().read(bytes, sizeof(bytes)) == -1);
    CHECK(pair.connection().overrun() == Overrun::kHeaderBytes);
  }
  SECTION("body") {
    pair.connection().BeginBody();
    CHECK(pair.connection().read(bytes, sizeof(bytes)) == 3);
    CHECK(pair.connection().read(bytes, sizeof(bytes)) == -1);
    CHECK(pair.connection().overrun() == Overrun::kBodyBytes);
  }
  CHECK(pair.connection().IsSpent());
}

TEST_CASE("a request may take so much time", "[http]") {
  Pair pair;
  pair.connection().BeginRequest({.time = Duration::zero()});
  char byte = 0;
  CHECK(pair.connection().read(&byte, 1) == -1);
  CHECK(pair.connection().overrun() == Overrun::kTime);
  CHECK(pair.connection().IsSpent());
}

TEST_CASE("a connection that is cut waits for nothing", "[http]") {
  Pair pair;
  pair.connection().BeginRequest({.time = std::chrono::hours(1)});
  pair.Cut();
  char byte = 0;
  CHECK(pair.connection().read(&byte, 1) == -1);
  CHECK(pair.connection().write("x", 1) == -1);
  CHECK_FALSE(pair.connection().WaitForRequest(std::chrono::hours(1), [] { return false; }));
}

TEST_CASE("a connection waits for a request until it is to give up", "[http]") {
  Pair pair;
  CHECK_FALSE(pair.connection().WaitForRequest(std::chrono::hours(1), [] { return true; }));
  CHECK_FALSE(pair.connection().WaitForRequest(Duration::zero(), [] { return false; }));
  pair.Say("x");
  CHECK(pair.connection().WaitForRequest(std::chrono::hours(1), [] { return false; }));
}

}  // namespace
}  // namespace quartet
