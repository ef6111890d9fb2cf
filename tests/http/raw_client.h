// A listening HTTP server, and clients that say to it what HTTP libraries would not.
#ifndef QUARTET_TESTS_HTTP_RAW_CLIENT_H_
#define QUARTET_TESTS_HTTP_RAW_CLIENT_H_

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "http/http_fixture.h"
#include "http/http_server.h"

namespace quartet {

inline const std::string kQuery =
    "POST /query HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
inline const std::string kBody = R"({"question": "four"})";

inline std::string WithLength(const std::string& body) {
  return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// A client that says what it is told to say.
class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void Say(const std::string& bytes) const {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t count = send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count < 0) return;  // the server would not listen any more
      sent += static_cast<std::size_t>(count);
    }
  }
  // Until `end` has come, or the connection ends.
  std::string Hear(const std::string& end) const {
    std::string heard;
    char byte = 0;
    while (heard.find(end) == std::string::npos && recv(socket_, &byte, 1, 0) == 1) heard += byte;
    return heard;
  }
  bool StaysOpen(std::chrono::milliseconds time) const {
    pollfd poll_for = {.fd = socket_, .events = POLLRDHUP, .revents = 0};
    return poll(&poll_for, 1, static_cast<int>(time.count())) == 0;
  }
  std::string HearAll() const { return Hear(std::string(1, '\0')); }

 private:
  const int socket_;
};

class Served : protected HttpFixture {
 protected:
  Served() {
    auto server = HttpServer::Create({.address = "127.0.0.1:0", .threads = 4}, api_);
    REQUIRE(server.ok());
    server_ = *std::move(server);
  }
  std::string AnswerTo(const std::string& request) const {
    const RawClient client(server_->port());
    client.Say(request);
    return client.Hear("}");
  }

  std::unique_ptr<HttpServer> server_;
};

}  // namespace quartet

#endif  // QUARTET_TESTS_HTTP_RAW_CLIENT_H_
