#include "metrics/call_metrics.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "metrics/metrics.h"
#include "metrics/scrape.h"

namespace quartet {
namespace {

constexpr MethodName kEmbed = {"s.v1.S", "Embed", MethodType::kUnary};
constexpr MethodName kWatch = {"s.v1.S", "Watch", MethodType::kServerStream};

std::string Labels(const std::string& method, const std::string& type, const std::string& code) {
  return "{grpc_code=\"" + code + "\",grpc_method=\"" + method +
         "\",grpc_service=\"s.v1.S\",grpc_type=\"" + type + "\"}";
}

TEST_CASE("every method has every code at zero before the first call", "[metrics]") {
  const std::string page = Metrics({kEmbed, kWatch}).Page();
  for (const char* code : {"OK", "Canceled", "InvalidArgument", "DeadlineExceeded", "NotFound",
                           "ResourceExhausted", "Internal", "Unavailable", "Unauthenticated"}) {
    INFO(code);
    CHECK(ValueOf(page, "grpc_server_handled_total" + Labels("Embed", "unary", code)) == "0");
    CHECK(ValueOf(page, "grpc_server_handled_total" + Labels("Watch", "server_stream", code)) ==
          "0");
  }
}

TEST_CASE("calls are counted where they belong", "[metrics]") {
  Metrics metrics({kEmbed, kWatch});
  metrics.calls().OnCallStarted(kEmbed);
  metrics.calls().OnCallStarted(kEmbed);
  metrics.calls().OnCallHandled(
      {.method = kEmbed, .code = absl::StatusCode::kOk, .handling = std::chrono::milliseconds(3)});
  metrics.calls().OnCallHandled({.method = kEmbed, .code = absl::StatusCode::kResourceExhausted});
  const std::string page = metrics.Page();
  const std::string embed = "{grpc_method=\"Embed\",grpc_service=\"s.v1.S\",grpc_type=\"unary\"}";
  CHECK(ValueOf(page, "grpc_server_started_total" + embed) == "2");
  CHECK(ValueOf(page, "grpc_server_handled_total" + Labels("Embed", "unary", "OK")) == "1");
  CHECK(ValueOf(page, "grpc_server_handled_total" +
                          Labels("Embed", "unary", "ResourceExhausted")) == "1");
  CHECK(ValueOf(page, "grpc_server_handling_seconds_count" + embed) == "2");
  CHECK(metrics.calls().Totals().started == 2);
  CHECK(metrics.calls().Totals().ok == 1);
}

}  // namespace
}  // namespace quartet
