#include "http/http_server.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "http/http_connection.h"
#include "http/raw_client.h"

namespace quartet {
namespace {

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
