#include "metrics/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

namespace quartet {
namespace {

// The whole answer to "GET `path`", headers included. `header`: a line of the request, or none.
std::string Get(int port, const std::string& path, const std::string& header = "") {
  const int peer = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  const std::string request = "GET " + path + " HTTP/1.0\r\n" + header + "\r\n";
  REQUIRE(write(peer, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
  std::string answer;
  char block[4096];
  for (ssize_t size = 0; (size = read(peer, block, sizeof(block))) > 0;) {
    answer.append(block, static_cast<std::size_t>(size));
  }
  close(peer);
  return answer;
}

MetricsEndpoint::Pages PagesOf(bool alive, bool ready) {
  return {.metrics = [] { return "some_metric 1\n"; },
          .alive = [alive] { return alive; },
          .ready = [ready] { return ready; }};
}

TEST_CASE("a scrape gets the page, with the type that Prometheus asks for", "[metrics]") {
  const auto endpoint = MetricsEndpoint::Create("127.0.0.1:0", PagesOf(true, true));
  REQUIRE(endpoint.ok());
  const std::string answer = Get((*endpoint)->port(), "/metrics");
  CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 200 OK"));
  CHECK_THAT(answer, Catch::Contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  CHECK_THAT(answer, Catch::EndsWith("\r\n\r\nsome_metric 1\n"));
  for (const char* path : {"/other", "/metrics/more", "/"}) {
    CHECK_THAT(Get((*endpoint)->port(), path), Catch::Contains(" 404 Not Found"));
  }
}

TEST_CASE("probes are answered with 200 or 503, each for itself", "[metrics]") {
  const auto endpoint = MetricsEndpoint::Create("127.0.0.1:0", PagesOf(true, false));
  REQUIRE(endpoint.ok());
  CHECK_THAT(Get((*endpoint)->port(), "/healthz"), Catch::StartsWith("HTTP/1.1 200 OK"));
  CHECK_THAT(Get((*endpoint)->port(), "/readyz"),
             Catch::StartsWith("HTTP/1.1 503 Service Unavailable"));
}

TEST_CASE("who may not scrape is asked for a password, and probes are not", "[metrics]") {
  MetricsEndpoint::Pages pages = PagesOf(true, true);
  pages.may_scrape = [](std::string_view header) { return header == "Basic right"; };
  const auto endpoint = MetricsEndpoint::Create("127.0.0.1:0", pages);
  REQUIRE(endpoint.ok());
  const int port = (*endpoint)->port();
  const std::string right = Get(port, "/metrics", "authorization: Basic right\r\n");
  CHECK_THAT(right, Catch::StartsWith("HTTP/1.1 200 OK") && Catch::EndsWith("some_metric 1\n"));
  for (const char* header : {"", "Authorization: Basic wrong\r\n", "Authorization: \r\n"}) {
    const std::string refused = Get(port, "/metrics", header);
    CHECK_THAT(refused, Catch::StartsWith("HTTP/1.1 401 Unauthorized"));
    CHECK_THAT(refused, Catch::Contains("\r\nWWW-Authenticate: Basic realm=\"quartet\"\r\n"));
    CHECK_THAT(refused, !Catch::Contains("some_metric"));
  }
  // As civetweb takes them: not one of them gets around the guard.
  for (const char* path :
       {"/metrics?a=b", "//metrics", "/./metrics", "/%6Detrics", "/x/../metrics"}) {
    CHECK_THAT(Get(port, path), !Catch::Contains("some_metric"));
  }
  CHECK_THAT(Get(port, "/healthz"), Catch::StartsWith("HTTP/1.1 200 OK"));
  CHECK_THAT(Get(port, "/readyz"), Catch::StartsWith("HTTP/1.1 200 OK"));
}

TEST_CASE("an address that can't be bound is an error that names it", "[metrics]") {
  const auto first = MetricsEndpoint::Create("127.0.0.1:0", PagesOf(true, true));
  REQUIRE(first.ok());
  const std::string taken = "127.0.0.1:" + std::to_string((*first)->port());
  for (const std::string& address : {taken, std::string("256.0.0.1:1"), std::string("nonsense")}) {
    const absl::Status status = MetricsEndpoint::Create(address, PagesOf(true, true)).status();
    CHECK(status.code() == absl::StatusCode::kUnavailable);
    CHECK_THAT(std::string(status.message()), Catch::Contains(address));
  }
}

}  // namespace
}  // namespace quartet
