#include "generator/options.h"

#include <catch2/catch.hpp>
#include <vector>

namespace quartet::bench {
namespace {

std::variant<Options, EarlyExit> Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "quartet-bench");
  return ParseOptions(static_cast<int>(arguments.size()), arguments.data());
}

TEST_CASE("only this machine can be loaded", "[bench]") {
  for (const char* target : {"127.0.0.1:1", "127.8.8.8:50051", "localhost:80", "[::1]:50051"}) {
    CAPTURE(target);
    CHECK(IsLoopback(target));
  }
  for (const char* target :
       {"10.0.0.1:1", "example.org:80", "127.0.0.1", "127.0.0.1:", "localhost",
        "127.0.0.1.example.org:80", "0.0.0.0:80", "localhost.org:80", ":80", "localhost:80/x"}) {
    CAPTURE(target);
    CHECK_FALSE(IsLoopback(target));
  }
}

TEST_CASE("settings arrive", "[bench]") {
  const auto parsed = Parse({"--target", "127.0.0.1:7", "--mode", "open", "--rate", "12.5",
                             "--deadline-ms", "250", "--pid", "9"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  const auto& options = std::get<Options>(parsed);
  CHECK(options.target == "127.0.0.1:7");
  CHECK(options.mode == "open");
  CHECK(options.rate == 12.5);
  CHECK(options.deadline == std::chrono::milliseconds(250));
  CHECK(options.pid == 9);
}

TEST_CASE("a bad setting is named, in one line", "[bench]") {
  struct Row {
    std::vector<const char*> arguments;
    const char* said;
  };
  const Row rows[] = {
      {{"--target", "10.1.2.3:80"}, "10.1.2.3:80"},
      {{"--mode", "ajar"}, "--mode"},
      {{"--clients", "0"}, "--clients"},
      {{"--rate", "0"}, "--rate"},
      {{"--protocol", "grpc-stream", "--texts-per-call", "2"}, "--texts-per-call"},
      {{"--protocol", "openai", "--encoding", "int8"}, "--encoding"},
      {{"--tls-ca", "/no/such/file"}, "--tls-ca"},
      {{"--tls-ca", "/dev/null", "--tls-cert", "/dev/null"}, "--tls-key"},
      {{"--tls-cert", "/dev/null", "--tls-key", "/dev/null"}, "--tls-ca"},
      {{"--tls-key", "/dev/null"}, "--tls-cert"},
      {{"--unheard-of"}, "--unheard-of"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.said);
    const auto parsed = Parse(row.arguments);
    REQUIRE(std::holds_alternative<EarlyExit>(parsed));
    const auto& exit = std::get<EarlyExit>(parsed);
    CHECK(exit.code == 2);
    CHECK_THAT(exit.text, Catch::Contains(row.said));
    CHECK(exit.text.find('\n') == exit.text.size() - 1);
  }
}

TEST_CASE("help is no error", "[bench]") {
  const auto parsed = Parse({"--help"});
  REQUIRE(std::holds_alternative<EarlyExit>(parsed));
  CHECK(std::get<EarlyExit>(parsed).code == 0);
}

}  // namespace
}  // namespace quartet::bench
