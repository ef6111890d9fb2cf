// The C++ client's streams.
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/library/local_server.h"
#include "library/client.h"
#include "library/text_queue.h"

namespace quartet::client {
namespace {

// Texts one by one, then none.
NextText Giving(std::vector<std::string> texts) {
  return [texts = std::move(texts), next = std::size_t{0}]() mutable -> std::optional<std::string> {
    if (next == texts.size()) return std::nullopt;
    return texts[next++];
  };
}

std::vector<std::string> TextsOfLength1To(std::size_t most) {
  std::vector<std::string> texts;
  for (std::size_t i = 1; i <= most; ++i) texts.emplace_back(i, 'x');
  return texts;
}

struct Streamed {
  std::vector<float> values;  // by number
  absl::Status status;
};

Streamed StreamTo(const ClientOptions& options, NextText next) {
  const auto client = Client::Create(options);
  REQUIRE(client.ok());
  Streamed streamed;
  streamed.status = client->EmbedStream(std::move(next), [&](const StreamedVector& vector) {
    CHECK(vector.number == streamed.values.size());
    streamed.values.insert(streamed.values.end(), vector.values.begin(), vector.values.end());
  });
  return streamed;
}

std::vector<float> LengthsTo(std::size_t most) {
  std::vector<float> lengths;
  for (std::size_t i = 1; i <= most; ++i) lengths.push_back(static_cast<float>(i));
  return lengths;
}

TEST_CASE("a stream's vectors come in the order of the texts", "[client]") {
  LocalServer server;
  const Streamed streamed = StreamTo(server.options(), Giving(TextsOfLength1To(200)));
  CHECK(streamed.status.ok());
  CHECK(streamed.values == LengthsTo(200));
  CHECK(server.service.streams == 1);
}

TEST_CASE("a stream that the server ends goes on where its answers ended", "[client]") {
  LocalServer server;
  server.service.stream_answers = 5;
  const Streamed streamed = StreamTo(server.options(), Giving(TextsOfLength1To(12)));
  CHECK(streamed.status.ok());
  CHECK(streamed.values == LengthsTo(12));
  CHECK(server.service.streams == 3);
}

TEST_CASE("a refused text ends a stream and is named by its number", "[client]") {
  LocalServer server;
  const Streamed streamed = StreamTo(server.options(), Giving({"a", "bb", "bad", "ccc"}));
  CHECK(streamed.status == absl::InvalidArgumentError("texts[2]: is bad"));
  CHECK(streamed.values == LengthsTo(2));
}

TEST_CASE("a server that is not there is not waited for longer than the timeout", "[client]") {
  const Streamed streamed = StreamTo(
      {.address = "127.0.0.1:1", .timeout = std::chrono::milliseconds(100)}, Giving({"a"}));
  CHECK(streamed.status.code() == absl::StatusCode::kUnavailable);
}

TEST_CASE("a stream may be idle for longer than the timeout", "[client]") {
  LocalServer server;
  server.service.ends_idle = true;
  ClientOptions options = server.options();
  options.timeout = std::chrono::milliseconds(50);
  const Streamed streamed =
      StreamTo(options, [&, texts = 0]() mutable -> std::optional<std::string> {
        while (server.service.streams < 2 * texts + 1) std::this_thread::yield();
        ++texts;
        if (texts > 3) return std::nullopt;
        return std::string(static_cast<std::size_t>(texts), 'x');
      });
  CHECK(streamed.status.ok());
  CHECK(streamed.values == LengthsTo(3));
}

TEST_CASE("texts wait under their numbers until they are answered", "[client]") {
  TextQueue queue(Giving({"a", "b", "c"}));
  CHECK(queue.Wait(0) == "a");
  CHECK(queue.Wait(1) == "b");
  CHECK(queue.Wait(0) == "a");
  queue.TakeAnswered();
  CHECK(queue.answered() == 1);
  CHECK(queue.Wait(2) == "c");
  CHECK(queue.Wait(3) == std::nullopt);
  queue.Interrupt();
  CHECK(queue.Wait(1) == std::nullopt);
  queue.Resume();
  CHECK(queue.Wait(1) == "b");
}

TEST_CASE("a text waits since it came, or since the one before it was answered", "[client]") {
  std::atomic<bool> more = false;
  TextQueue queue([&]() -> std::optional<std::string> {
    while (!more) std::this_thread::yield();
    return "text";
  });
  const auto begin = TextQueue::Clock::now();
  CHECK(queue.waits_since() == std::nullopt);
  more = true;
  REQUIRE(queue.Wait(1) == "text");
  const auto came = queue.waits_since();
  CHECK(came >= begin);
  queue.TakeAnswered();
  CHECK(queue.waits_since() > came);
}

TEST_CASE("a queue reads ahead a bounded number of texts", "[client]") {
  std::atomic<std::size_t> read = 0;
  TextQueue queue([&]() -> std::optional<std::string> {
    ++read;
    return "text";
  });
  CHECK(queue.Wait(4095) == "text");
  CHECK(read == 4096);
  queue.TakeAnswered();
  CHECK(queue.Wait(4096) == "text");
  CHECK(read == 4097);
}

}  // namespace
}  // namespace quartet::client
