#include "http/listen_address.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

TEST_CASE("an address is a host and a port, and loopback ones are known", "[http]") {
  struct Row {
    std::string address;
    std::string host;
    int port;
    bool is_loopback;
  };
  const std::vector<Row> table = {{"127.0.0.1:8080", "127.0.0.1", 8080, true},
                                  {"127.9.9.9:0", "127.9.9.9", 0, true},
                                  {"localhost:1", "localhost", 1, true},
                                  {"[::1]:65535", "::1", 65535, true},
                                  {"0.0.0.0:80", "0.0.0.0", 80, false},
                                  {"[::]:80", "::", 80, false},
                                  {"127.0.0.1.example.org:80", "127.0.0.1.example.org", 80, false},
                                  {"localhost.example.org:80", "localhost.example.org", 80, false}};
  for (const Row& row : table) {
    INFO(row.address);
    const auto parsed = ParseListenAddress(row.address);
    REQUIRE(parsed.ok());
    CHECK(parsed->host == row.host);
    CHECK(parsed->port == row.port);
    CHECK(IsLoopback(*parsed) == row.is_loopback);
  }
}

TEST_CASE("what is no address is named", "[http]") {
  for (const std::string address :
       {"", "8080", ":8080", "host:", "host:port", "host:65536", "host:-1", "::1:8080", "[]:1"}) {
    INFO(address);
    const absl::Status status = ParseListenAddress(address).status();
    REQUIRE_FALSE(status.ok());
    CHECK_THAT(std::string(status.message()), Catch::Contains("'" + address + "'"));
  }
}

}  // namespace
}  // namespace quartet
