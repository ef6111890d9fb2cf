#include "http/http_api.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/error_detail.h"
#include "http/http_fixture.h"

namespace quartet {
namespace {

using Code = absl::StatusCode;
using Calls = std::vector<std::pair<std::string, Code>>;

std::string HeaderOf(const HttpAnswer& answer, const std::string& name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST_CASE_METHOD(HttpFixture, "every path answers, and is counted by its own name", "[http]") {
  CHECK(Call("/health", {}).status == 200);
  CHECK(Call("/v1/models", {}).status == 200);
  CHECK_THAT(Post("/query", R"({"question": "four"})").body,
             Catch::StartsWith("{\"embedding\":[4,"));
  CHECK_THAT(Post("/query/batch", R"({"questions": ["a", "bb"]})").body,
             Catch::StartsWith("{\"embeddings\":[[1,") && Catch::Contains("],[2,"));
  CHECK_THAT(Post("/v1/embeddings", R"({"input": ["a", "bb"]})").body,
             Catch::Contains("\"prompt_tokens\":3"));
  CHECK(observer_.started() == 5);
  CHECK(observer_.calls() == Calls{{"/health", Code::kOk},
                                   {"/v1/models", Code::kOk},
                                   {"/query", Code::kOk},
                                   {"/query/batch", Code::kOk},
                                   {"/v1/embeddings", Code::kOk}});
}

TEST_CASE_METHOD(HttpFixture, "what the pipeline refuses, the client is told", "[http]") {
  handler_ = [](Request request) {
    request.reply.Finish(
        WithRetryAfter(absl::ResourceExhaustedError("full"), std::chrono::milliseconds(20)));
  };
  const HttpAnswer answer = Post("/query", R"({"question": "a"})");
  CHECK(answer.status == 429);
  CHECK(HeaderOf(answer, "Retry-After") == "1");
  CHECK(observer_.calls() == Calls{{"/query", Code::kResourceExhausted}});
}

TEST_CASE_METHOD(HttpFixture, "a request that the pipeline drops is answered", "[http]") {
  handler_ = [](const Request&) {};
  CHECK(Post("/query", R"({"question": "a"})").status == 500);
  CHECK(observer_.calls() == Calls{{"/query", Code::kInternal}});
}

TEST_CASE_METHOD(HttpFixture, "bad input does not reach the pipeline", "[http]") {
  handler_ = [](const Request&) { FAIL("it did"); };
  CHECK(Post("/query", "{}").status == 400);
  CHECK(Post("/v1/embeddings", R"({"input": "a", "dimensions": 0})").status == 400);
  CHECK(Call("/query", {.content_type = "text/plain", .body = R"({"question": "a"})"}).status ==
        400);
}

TEST_CASE_METHOD(HttpFixture, "a call waits until another thread answers", "[http]") {
  std::thread other;
  handler_ = [&](Request request) {
    other = std::thread(
        [kept = std::make_shared<Request>(std::move(request))] { AnswerAtOnce(std::move(*kept)); });
  };
  CHECK(Post("/query", R"({"question": "a"})").status == 200);
  other.join();
}

TEST_CASE_METHOD(HttpFixture, "a client that has gone cancels its call", "[http]") {
  std::thread other;
  handler_ = [&](Request request) {
    is_gone_ = true;
    other = std::thread([kept = std::make_shared<Request>(std::move(request))] {
      while (!kept->reply.IsCancelled()) std::this_thread::yield();
      kept->reply.Finish(absl::CancelledError("gone"));
    });
  };
  CHECK(Post("/query", R"({"question": "a"})").status == 499);
  other.join();
}

TEST_CASE_METHOD(HttpFixture, "a stop refuses new calls and cancels late ones", "[http]") {
  std::thread other;
  handler_ = [&](Request request) {
    api_.StopTaking();
    api_.CancelAll();
    other = std::thread([kept = std::make_shared<Request>(std::move(request))] {
      while (!kept->reply.IsCancelled()) std::this_thread::yield();
      kept->reply.Finish(absl::CancelledError("stopped"));
    });
  };
  CHECK(Post("/query", R"({"question": "a"})").status == 499);
  other.join();
  const HttpAnswer refused = Post("/query", R"({"question": "a"})");
  CHECK(refused.status == 503);
  CHECK(HeaderOf(refused, "Retry-After") == "1");
}

TEST_CASE_METHOD(HttpFixture, "health says when no calls are taken", "[http]") {
  is_ready_ = false;
  CHECK(Call("/health", {}).status == 503);
}

TEST_CASE_METHOD(HttpFixture, "a request id comes back, and what is none does not", "[http]") {
  CHECK(HeaderOf(Call("/health", {.request_id = "id-7"}), "x-request-id") == "id-7");
  CHECK(observer_.request_id() == "id-7");
  CHECK(HeaderOf(Call("/health", {.request_id = "two words"}), "x-request-id").empty());
  CHECK(observer_.request_id().empty());
}

TEST_CASE_METHOD(HttpFixture, "connections are clients", "[http]") {
  std::vector<ClientId> clients;
  handler_ = [&](Request request) {
    clients.push_back(request.client);
    AnswerAtOnce(std::move(request));
  };
  for (const char* connection : {"127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:2"}) {
    Call("/query", {.content_type = "application/json",
                    .connection = connection,
                    .body = R"({"question": "a"})"});
  }
  CHECK(clients[0] == clients[1]);
  CHECK(clients[0] != clients[2]);
}

class KeyGate final : public CallerGate {
 public:
  bool AsksForNames() const override { return false; }
  absl::StatusOr<KnownCaller> Admit(const Caller& caller) override {
    if (caller.authorization != "Bearer good") return absl::UnauthenticatedError("who?");
    return KnownCaller{"search", tally};
  }
  const std::shared_ptr<ClientTally> tally = std::make_shared<ClientTally>();
};

struct Gated {
  KeyGate gate_;
};

class OpenHealth : protected Gated, protected HttpFixture {
 protected:
  OpenHealth() : HttpFixture(&gate_) {}
};

class ClosedHealth : protected Gated, protected HttpFixture {
 protected:
  ClosedHealth() : HttpFixture(&gate_, /*open_health=*/false) {}
};

TEST_CASE_METHOD(OpenHealth, "calls need a key, before their body is looked at", "[http]") {
  const HttpAnswer refused = Post("/query", "no JSON");
  CHECK(refused.status == 401);
  CHECK(HeaderOf(refused, "WWW-Authenticate") == "Bearer");
  CHECK(Call("/v1/models", {}).status == 401);
  CHECK(Call("/health", {}).status == 200);
  CHECK(Call("/v1/models", {.authorization = "Bearer good"}).status == 200);
  CHECK(gate_.tally->calls == 1);
  CHECK(gate_.tally->in_flight == 0);
}

TEST_CASE_METHOD(OpenHealth, "refusals of a known client are counted as its own", "[http]") {
  handler_ = [](Request request) {
    request.reply.Finish(
        WithRetryAfter(absl::ResourceExhaustedError("full"), std::chrono::milliseconds(20)));
  };
  Call("/query", {.content_type = "application/json",
                  .authorization = "Bearer good",
                  .body = R"({"question": "a"})"});
  CHECK(gate_.tally->refused == 1);
}

TEST_CASE_METHOD(ClosedHealth, "health needs a key where it is not open", "[http]") {
  CHECK(Call("/health", {}).status == 401);
  CHECK(Call("/health", {.authorization = "Bearer good"}).status == 200);
}

}  // namespace
}  // namespace quartet
