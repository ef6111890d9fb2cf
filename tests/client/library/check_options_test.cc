#include "library/check_options.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>

namespace quartet::client {
namespace {

TEST_CASE("this machine is known by its names", "[client]") {
  for (const char* address :
       {"localhost:1", "127.0.0.1:50051", "127.8.8.8:1", "[::1]:2", "unix:/s"}) {
    INFO(address);
    CHECK(IsLocal(address));
  }
  for (const char* address : {"localhost.example:1", "10.0.0.1:1", "127.example.com:1",
                              "127.0.0.1.example:1", "[::2]:1", "dns:///localhost", ""}) {
    INFO(address);
    CHECK_FALSE(IsLocal(address));
  }
}

TEST_CASE("options that contradict each other are named", "[client]") {
  struct Row {
    std::function<void(ClientOptions&)> change;
    const char* named;  // empty: the options are good
  };
  const Row table[] = {
      {[](auto&) {}, ""},
      {[](auto& o) { o.address = ""; }, "address"},
      {[](auto& o) { o.batch_size = 0; }, "batch_size"},
      {[](auto& o) { o.concurrency = 0; }, "concurrency"},
      {[](auto& o) { o.timeout = std::chrono::milliseconds(0); }, "timeout: is 0 ms"},
      {[](auto& o) { o.tls.key = "k"; }, "tls"},
      {[](auto& o) { o.tls.key = o.tls.certificate = "k"; }, "tls: a certificate needs ca"},
      {[](auto& o) { o.tls.key = o.tls.certificate = o.tls.ca = "k"; }, ""},
      {[](auto& o) { o.api_key = "k"; }, ""},
      {[](auto& o) { o.address = "far:1", o.api_key = "k"; }, "api_key: would go to far:1"},
      {[](auto& o) { o.address = "far:1", o.api_key = "k", o.tls.ca = "c"; }, ""},
      {[](auto& o) { o.address = "far:1", o.api_key = "k", o.tls.on = true; }, ""},
      {[](auto& o) { o.address = "far:1", o.api_key = "k", o.allow_key_without_tls = true; }, ""},
  };
  for (const Row& row : table) {
    ClientOptions options;
    row.change(options);
    const absl::Status status = CheckOptions(options);
    INFO(row.named << " " << status);
    CHECK(status.ok() == std::string(row.named).empty());
    CHECK_THAT(std::string(status.message()), Catch::StartsWith(row.named));
  }
}

}  // namespace
}  // namespace quartet::client
