#include "pipeline/fair_order.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <utility>
#include <vector>

namespace quartet {
namespace {

// Serves one text after the other, and says whose call each was of.
class OneByOne {
 public:
  void Join(FairOrder::Key key, char call, std::size_t texts, std::size_t tokens = 10) {
    const std::vector<std::size_t> lengths(texts, tokens);
    const std::vector<Turn> turns = order_.Join(key, lengths);
    for (std::size_t i = 0; i < texts; ++i) {
      waiting_[{turns[i], joined_++}] = {key, call, tokens, i + 1 == texts};
    }
  }
  void Join(ClientId client, char call, std::size_t texts, std::size_t tokens = 10) {
    Join(FairOrder::Key{client}, call, texts, tokens);
  }

  char Serve() {
    const Text text = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    order_.Leave(text.key, text.tokens, true, text.last);
    return text.call;
  }

  std::string Serve(std::size_t count) {
    std::string calls;
    for (std::size_t i = 0; i < count; ++i) calls += Serve();
    return calls;
  }

 private:
  struct Text {
    FairOrder::Key key;
    char call;
    std::size_t tokens;
    bool last;
  };

  FairOrder order_;
  std::map<std::pair<Turn, int>, Text> waiting_;
  int joined_ = 0;
};

TEST_CASE("calls of one text are served as they came", "[pipeline]") {
  OneByOne queue;
  for (const char call : {'a', 'b', 'c', 'd'}) queue.Join(1, call, 1);
  CHECK(queue.Serve(4) == "abcd");
}

TEST_CASE("a call that comes late is served among a large one's texts", "[pipeline]") {
  OneByOne queue;
  queue.Join(1, 'L', 32);
  CHECK(queue.Serve(4) == "LLLL");
  queue.Join(1, 's', 1);
  CHECK(queue.Serve(3).find('s') != std::string::npos);
}

TEST_CASE("a client with many calls takes turns with one that has few", "[pipeline]") {
  OneByOne queue;
  for (int i = 0; i < 100; ++i) queue.Join(1, 'g', 1);
  queue.Join(2, 'm', 1);
  CHECK(queue.Serve(2).find('m') != std::string::npos);
  for (int i = 0; i < 10; ++i) {
    queue.Join(2, 'm', 1);
    CHECK(queue.Serve(3).find('m') != std::string::npos);
  }
}

TEST_CASE("a short text goes before the long ones that came with it", "[pipeline]") {
  OneByOne queue;
  queue.Join(1, 'l', 2, 128);
  queue.Join(2, 's', 1, 5);
  CHECK(queue.Serve() == 's');
}

TEST_CASE("a large call's last text is served, however many small ones keep coming", "[pipeline]") {
  for (const bool same_client : {true, false}) {
    OneByOne queue;
    queue.Join(1, 'L', 32);
    std::size_t large = 0;
    // As fast as they are served: of any number of newcomers the large call gets a part.
    for (int i = 0; i < 2'000 && large < 32; ++i) {
      queue.Join(same_client ? 1 : 2 + i, 's', 1);
      if (queue.Serve() == 'L') ++large;
    }
    CHECK(large == 32);
  }
}

constexpr FairOrder::Key kStream = {.client = 1, .stream = 9};
constexpr FairOrder::Key kOtherStream = {.client = 1, .stream = 8};

TEST_CASE("a single call is served soon, however long a stream has been going on", "[pipeline]") {
  for (const ClientId client : {1, 2}) {
    OneByOne queue;
    for (int i = 0; i < 64; ++i) queue.Join(kStream, 's', 1);
    for (int i = 0; i < 1'000; ++i) {
      queue.Join(client, 'c', 1);
      const std::string served = queue.Serve(4);
      CHECK(std::count(served.begin(), served.end(), 'c') == 1);
      for (int text = 0; text < 3; ++text) queue.Join(kStream, 's', 1);
    }
  }
}

TEST_CASE("a stream goes on, however many single calls keep coming", "[pipeline]") {
  for (const ClientId client : {1, 2}) {
    OneByOne queue;
    for (int i = 0; i < 64; ++i) queue.Join(kStream, 's', 1);
    for (int i = 0; i < 4; ++i) queue.Join(client, 'c', 1);
    int streamed = 0;
    for (int i = 0; i < 2'000; ++i) {
      if (queue.Serve() == 's') {
        ++streamed;
        queue.Join(kStream, 's', 1);
      } else {
        queue.Join(client, 'c', 1);
      }
    }
    CHECK(streamed >= 2'000 / 5);
  }
}

TEST_CASE("streams of one client take turns, the second from when it comes", "[pipeline]") {
  OneByOne queue;
  int first = 0;
  int second = 0;
  for (int i = 0; i < 64; ++i) queue.Join(kStream, 's', 1);
  for (int i = 0; i < 500; ++i) {
    queue.Serve();
    queue.Join(kStream, 's', 1);
  }
  for (int i = 0; i < 64; ++i) queue.Join(kOtherStream, 't', 1);
  for (int i = 0; i < 1'000; ++i) {
    const bool is_first = queue.Serve() == 's';
    ++(is_first ? first : second);
    queue.Join(is_first ? kStream : kOtherStream, is_first ? 's' : 't', 1);
  }
  CHECK(first >= 400);
  CHECK(second >= 400);
}

TEST_CASE("a stream that comes again waits for nothing that it had before", "[pipeline]") {
  FairOrder order;
  const std::vector<std::size_t> lengths = {1000};
  const std::vector<Turn> turns = order.Join(kStream, lengths);
  order.Leave(kStream, 1000, false, true);
  CHECK(order.Join(kStream, lengths) == turns);
}

TEST_CASE("texts that leave unserved take nobody's time", "[pipeline]") {
  FairOrder order;
  order.Join({.client = 1}, std::vector<std::size_t>{10, 10});
  order.Leave({.client = 1}, 10, false, false);
  order.Leave({.client = 1}, 10, false, true);
  CHECK(order.Join({.client = 2}, std::vector<std::size_t>{10}) == std::vector<Turn>{10});
}

}  // namespace
}  // namespace quartet
