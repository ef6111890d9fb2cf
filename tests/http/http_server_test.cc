#include "http/http_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "http/http_connection.h"
#include "http/http_fixture.h"

namespace quartet {
namespace {

const std::string kQuery = "POST /query HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
const std::string kBody = R"({"question": "four"})";

std::string WithLength(const std::string& body) {
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

TEST_CASE_METHOD(Served, "a connection carries one request after another", "[http]") {
  const RawClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.Say(kQuery + WithLength(kBody));
    CHECK_THAT(client.Hear("]}"), Catch::StartsWith("HTTP/1.1 200 OK") &&
                                      Catch::Contains("Content-Type: application/json\r\n") &&
                                      Catch::Contains("{\"embedding\":[4,"));
  }
}

TEST_CASE_METHOD(Served, "what is not served is an error object", "[http]") {
  CHECK_THAT(AnswerTo("GET /nowhere HTTP/1.1\r\n\r\n"),
             Catch::StartsWith("HTTP/1.1 404") &&
                 Catch::Contains("\"message\":\"GET /nowhere is not served\""));
  CHECK_THAT(AnswerTo("GET /query HTTP/1.1\r\n\r\n"), Catch::StartsWith("HTTP/1.1 404"));
  CHECK_THAT(AnswerTo("nonsense\r\n\r\n"), Catch::StartsWith("HTTP/1.1 400"));
  CHECK(observer_.started() == 0);
}

TEST_CASE_METHOD(Served, "a body beyond the limit is refused, and ends its connection", "[http]") {
  const std::string large(3 << 20, ' ');
  const RawClient client(server_->port());
  client.Say(kQuery + WithLength(large));
  CHECK_THAT(client.HearAll(), Catch::StartsWith("HTTP/1.1 413") &&
                                   Catch::Contains("more bytes than the limit, 1048576"));
}

TEST_CASE_METHOD(Served, "a body that is too large by its own word is not waited for", "[http]") {
  for (const std::string expect : {"", "Expect: 100-continue\r\n"}) {
    const RawClient client(server_->port());
    client.Say(kQuery + expect + "Content-Length: 1048577\r\n\r\n");
    CHECK_THAT(client.Hear("}}"), Catch::StartsWith("HTTP/1.1 413") &&
                                      Catch::Contains("more bytes than the limit, 1048576"));
  }
}

TEST_CASE_METHOD(Served, "a body in pieces has the same limit", "[http]") {
  const RawClient client(server_->port());
  client.Say(kQuery + "Transfer-Encoding: chunked\r\n\r\n");
  const std::string piece = "10000\r\n" + std::string(1 << 16, ' ') + "\r\n";
  for (int i = 0; i < 40; ++i) client.Say(piece);
  CHECK_THAT(client.HearAll(), Catch::StartsWith("HTTP/1.1 413") &&
                                   Catch::Contains("more bytes than the limit, 1048576"));
  CHECK(observer_.started() == 0);
}

TEST_CASE_METHOD(Served, "many small headers are refused before they fill the memory", "[http]") {
  std::string request = "GET /health HTTP/1.1\r\n";
  for (int i = 0; i < 20'000; ++i) request += "a:b\r\n";
  const RawClient client(server_->port());
  client.Say(request + "\r\n");
  CHECK_THAT(client.HearAll(),
             Catch::StartsWith("HTTP/1.1 431") &&
                 Catch::Contains("headers: have more bytes than the limit, 32768"));
  CHECK(observer_.started() == 0);
}

TEST_CASE_METHOD(Served, "a long list of ranges is no work and no crash", "[http]") {
  std::string ranges = "bytes=0-1";
  while (ranges.size() < 8000) ranges += ",0-1";
  CHECK_THAT(AnswerTo("GET /health HTTP/1.1\r\nRange: " + ranges + "\r\n\r\n"),
             Catch::StartsWith("HTTP/1.1 200"));
  CHECK_THAT(AnswerTo("GET /health HTTP/1.1\r\nRange: " + ranges + "x\r\n\r\n"),
             Catch::StartsWith("HTTP/1.1 4"));
}

TEST_CASE_METHOD(Served, "a body in pieces is read, and ends its connection", "[http]") {
  const RawClient client(server_->port());
  client.Say(kQuery + "Transfer-Encoding: chunked\r\n\r\n9\r\n" + kBody.substr(0, 9) + "\r\nc\r\n" +
             kBody.substr(9) + "\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n");
  const std::string answers = client.HearAll();
  CHECK_THAT(answers, Catch::StartsWith("HTTP/1.1 200") && Catch::Contains("[4,") &&
                          Catch::Contains("Connection: close"));
  CHECK(answers.find("HTTP/1.1", 1) == std::string::npos);
}

TEST_CASE_METHOD(Served, "a request without a length has no body, and nobody waits for it",
                 "[http]") {
  for (const std::string length : {"", "Content-Length: \r\n"}) {
    INFO(length);
    const RawClient client(server_->port());
    client.Say(kQuery + length + "\r\nGET /health HTTP/1.1\r\n\r\n");
    const std::string answers = client.HearAll();
    CHECK_THAT(answers, Catch::StartsWith("HTTP/1.1 400") && Catch::Contains("body: is not JSON") &&
                            Catch::Contains("Connection: close"));
    CHECK(answers.find("HTTP/1.1", 1) == std::string::npos);
  }
}

TEST_CASE_METHOD(Served, "a body whose end is in doubt is refused", "[http]") {
  for (const std::string framing :
       {"Content-Length: -1", "Content-Length: 5x", "Transfer-Encoding: gzip, chunked",
        "Content-Length: 9\r\nContent-Length: 9"}) {
    INFO(framing);
    const RawClient client(server_->port());
    client.Say(kQuery + framing + "\r\n\r\n" + kBody);
    CHECK_THAT(client.HearAll(),
               Catch::StartsWith("HTTP/1.1 400") &&
                   (Catch::Contains("content-length: ") || Catch::Contains("transfer-encoding: ")));
  }
  CHECK(observer_.started() == 0);
}

TEST_CASE_METHOD(Served, "compressed bodies are refused unread", "[http]") {
  CHECK_THAT(AnswerTo(kQuery + "Content-Encoding: gzip\r\n" + WithLength(kBody)),
             Catch::StartsWith("HTTP/1.1 400") && Catch::Contains("content-encoding: is 'gzip'"));
}

TEST_CASE_METHOD(Served, "answers are not compressed", "[http]") {
  CHECK_THAT(AnswerTo(kQuery + "Accept-Encoding: gzip, br\r\n" + WithLength(kBody)),
             Catch::Contains("{\"embedding\":[4,"));
}

TEST_CASE_METHOD(Served, "what may be another request to a proxy is not read as one", "[http]") {
  const std::string hidden = "GET /health HTTP/1.1\r\n\r\n";
  for (const std::string& request :
       {"GET /health HTTP/1.1\r\n" + WithLength(hidden),
        kQuery + "Content-Length: 5\r\n" + WithLength(kBody + hidden),
        kQuery + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + hidden}) {
    const RawClient client(server_->port());
    client.Say(request);
    const std::string answers = client.HearAll();
    CHECK_THAT(answers, Catch::StartsWith("HTTP/1.1 "));
    CHECK(answers.find("HTTP/1.1", 1) == std::string::npos);
  }
}

TEST_CASE_METHOD(Served, "a client that hangs up cancels its call", "[http]") {
  std::thread pipeline;
  handler_ = [&](Request request) {
    pipeline = std::thread([kept = std::make_shared<Request>(std::move(request))] {
      while (!kept->reply.IsCancelled()) std::this_thread::yield();
      kept->reply.Finish(absl::CancelledError("gone"));
    });
  };
  {
    const RawClient client(server_->port());
    client.Say(kQuery + WithLength(kBody));
    while (observer_.started() == 0) std::this_thread::yield();
  }
  while (observer_.calls().empty()) std::this_thread::yield();
  CHECK(observer_.calls().front().second == absl::StatusCode::kCancelled);
  pipeline.join();
}

TEST_CASE_METHOD(Served, "more connections than threads are all served", "[http]") {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 12; ++i) clients.push_back(std::make_unique<RawClient>(server_->port()));
  for (const auto& client : clients) {
    client->Say(kQuery + WithLength(kBody));
  }
  for (const auto& client : clients) CHECK_THAT(client->Hear("]}"), Catch::Contains("[4,"));
}

TEST_CASE_METHOD(Served, "silent connections make room for one that asks", "[http]") {
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 6; ++i) silent.push_back(std::make_unique<RawClient>(server_->port()));
  CHECK_THAT(AnswerTo(kQuery + WithLength(kBody)), Catch::StartsWith("HTTP/1.1 200"));
}

TEST_CASE_METHOD(Served, "a connection has time for its first request, whoever waits", "[http]") {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(std::make_unique<RawClient>(server_->port()));
  CHECK(clients[0]->StaysOpen(std::chrono::milliseconds(200)));
  clients[0]->Say(kQuery + WithLength(kBody));
  CHECK_THAT(clients[0]->HearAll(),
             Catch::StartsWith("HTTP/1.1 200") && Catch::Contains("Connection: close"));
}

TEST_CASE_METHOD(Served, "a stop answers what is inside and ends what is idle", "[http]") {
  Mutex mutex;
  CondVar changed;
  std::optional<Request> inside;
  handler_ = [&](Request request) {
    const MutexLock lock(mutex);
    inside.emplace(std::move(request));
    changed.NotifyAll();
  };
  const RawClient idle(server_->port());
  const RawClient busy(server_->port());
  busy.Say(kQuery + WithLength(kBody));
  {
    const MutexLock lock(mutex);
    while (!inside) changed.Wait(mutex);
  }
  server_->StopTaking();
  CHECK(idle.HearAll().empty());
  AnswerAtOnce(*std::move(inside));
  CHECK(server_->WaitUntilAnswered(kInfiniteFuture));
  CHECK_THAT(busy.HearAll(), Catch::StartsWith("HTTP/1.1 200"));
}

TEST_CASE_METHOD(Served, "a stop whose time is over cancels what is inside, and waits for nobody",
                 "[http]") {
  std::thread pipeline;
  handler_ = [&](Request request) {
    pipeline = std::thread([kept = std::make_shared<Request>(std::move(request))] {
      while (!kept->reply.IsCancelled()) std::this_thread::yield();
      kept->reply.Finish(absl::CancelledError("stopped"));
    });
  };
  const RawClient slow(server_->port());
  slow.Say("POST /query HT");
  const RawClient busy(server_->port());
  busy.Say(kQuery + WithLength(kBody));
  while (observer_.started() == 0) std::this_thread::yield();
  server_->StopTaking();
  CHECK_FALSE(server_->WaitUntilAnswered(clock_.Now()));
  const TimePoint begin = clock_.Now();
  server_.reset();
  CHECK(clock_.Now() - begin < RequestAllowance().time / 2);
  CHECK(observer_.calls().front().second == absl::StatusCode::kCancelled);
  CHECK(slow.HearAll().empty());
  pipeline.join();
}

TEST_CASE_METHOD(Served, "a request that does not arrive holds up no stop", "[http]") {
  const RawClient slow(server_->port());
  slow.Say("POST /query HT");
  const RawClient other(server_->port());
  other.Say("GET /health HTTP/1.1\r\n\r\n");
  CHECK_THAT(other.Hear("}"), Catch::StartsWith("HTTP/1.1 200"));
  const TimePoint begin = clock_.Now();
  server_->StopTaking();
  CHECK(server_->WaitUntilAnswered(kInfiniteFuture));
  server_.reset();
  CHECK(clock_.Now() - begin < RequestAllowance().time / 2);
  CHECK(slow.HearAll().empty());
}

TEST_CASE_METHOD(Served, "a port that is used is an error that names it", "[http]") {
  const std::string address = "127.0.0.1:" + std::to_string(server_->port());
  const absl::Status status = HttpServer::Create({.address = address}, api_).status();
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK_THAT(std::string(status.message()), Catch::Contains("can't listen on " + address));
}

}  // namespace
}  // namespace quartet
