#include "metrics/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

namespace quartet {
namespace {

// The whole answer to "GET `path`", headers included.
std::string Get(int port, const std::string& path) {
  const int peer = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  REQUIRE(write(peer, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
  std::string answer;
  char block[4096];
  for (ssize_t size = 0; (size = read(peer, block, sizeof(block))) > 0;) {
    answer.append(block, static_cast<std::size_t>(size));
  }
  close(peer);
  return answer;
}

TEST_CASE("a scrape over HTTP gets every family", "[metrics]") {
  const Metrics metrics({{"s.v1.S", "Embed", MethodType::kUnary}});
  const auto endpoint = MetricsEndpoint::Create("127.0.0.1:0", metrics);
  REQUIRE(endpoint.ok());
  const std::string answer = Get((*endpoint)->port(), "/metrics");
  CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 200 OK"));
  CHECK_THAT(answer, Catch::Contains("Content-Type: text/plain"));
  for (const char* name : {"grpc_server_started_total", "quartet_queue_items",
                           "process_resident_memory_bytes", "quartet_cgroup_cpu_limit_cores"}) {
    CHECK_THAT(answer, Catch::Contains(name));
  }
  CHECK_THAT(Get((*endpoint)->port(), "/other"), Catch::Contains(" 404 Not Found"));
}

TEST_CASE("an address that can't be bound is an error that names it", "[metrics]") {
  const Metrics metrics({});
  const auto first = MetricsEndpoint::Create("127.0.0.1:0", metrics);
  REQUIRE(first.ok());
  const std::string taken = "127.0.0.1:" + std::to_string((*first)->port());
  for (const std::string& address : {taken, std::string("256.0.0.1:1"), std::string("nonsense")}) {
    const absl::Status status = MetricsEndpoint::Create(address, metrics).status();
    CHECK(status.code() == absl::StatusCode::kUnavailable);
    CHECK_THAT(std::string(status.message()), Catch::Contains(address));
  }
}

}  // namespace
}  // namespace quartet
