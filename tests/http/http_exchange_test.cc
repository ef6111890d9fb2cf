// What is taken for a request, and where it ends.
#include "http/http_exchange.h"

#include <catch2/catch.hpp>
#include <string>

#include "http/raw_client.h"

namespace quartet {
namespace {

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

}  // namespace
}  // namespace quartet
