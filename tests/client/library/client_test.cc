// The C++ client's calls.
#include "library/client.h"

#include <catch2/catch.hpp>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "client/library/local_server.h"

namespace quartet::client {
namespace {

using Values = std::vector<float>;

Client ClientOf(const LocalServer& server) {
  ClientOptions options = server.options();
  options.batch_size = 1;
  options.concurrency = 2;
  auto client = Client::Create(options);
  REQUIRE(client.ok());
  return *std::move(client);
}

// What EmbedAsync will be told.
std::future<absl::StatusOr<Embedded>> EmbedLater(const Client& client,
                                                 std::vector<std::string> texts) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<Embedded>>>();
  auto future = promise->get_future();
  client.EmbedAsync(std::move(texts), [promise](absl::StatusOr<Embedded> embedded) {
    promise->set_value(std::move(embedded));
  });
  return future;
}

TEST_CASE("texts refused more often than gRPC tries again go again", "[client]") {
  LocalServer server;
  server.service.refusals = 14;  // gRPC makes five attempts of a call
  const auto embedded = ClientOf(server).Embed({"a", "bb", "ccc"});
  REQUIRE(embedded.ok());
  CHECK(embedded->values == Values{1, 2, 3});
}

TEST_CASE("vectors come in the encoding that is asked for", "[client]") {
  LocalServer server;
  const auto embedded = ClientOf(server).Embed({"a", "bb"}, {.encoding = Encoding::kInt8});
  REQUIRE(embedded.ok());
  CHECK(embedded->dimension == 2);
  CHECK(embedded->values == Values{1, 127, 2, 254});
}

TEST_CASE("a server that is not ready says so to a client that watches health", "[client]") {
  LocalServer server;
  server.SetReady(false);
  const Client client = ClientOf(server);
  CHECK(client.IsServing() == absl::StatusOr<bool>(false));
  server.SetReady(true);
  CHECK(client.IsServing() == absl::StatusOr<bool>(true));
  CHECK(client.IsServing("unknown").status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("lists in the background get their own vectors, in order", "[client]") {
  LocalServer server;
  server.service.refusals = 7;
  const Client client = ClientOf(server);
  std::vector<std::future<absl::StatusOr<Embedded>>> lists;
  for (std::size_t i = 1; i <= 20; ++i) {
    lists.push_back(EmbedLater(client, {std::string(i, 'x'), "a", std::string(2 * i, 'x')}));
  }
  for (std::size_t i = 1; i <= 20; ++i) {
    const auto embedded = lists[i - 1].get();
    REQUIRE(embedded.ok());
    const auto length = static_cast<float>(i);
    CHECK(embedded->values == Values{length, 1, 2 * length});
  }
  CHECK(EmbedLater(client, {}).get().status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("a client that ends tells who waits for it", "[client]") {
  LocalServer server;
  std::future<absl::StatusOr<Embedded>> waits;
  {
    const Client client = ClientOf(server);
    REQUIRE(EmbedLater(client, {"a"}).get().ok());
    waits = EmbedLater(client, {"a", "wait", "b"});
  }
  CHECK(waits.get().status().code() == absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace quartet::client
