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
  void Join(ClientId client, char call, std::size_t texts, std::size_t tokens = 10) {
    const std::vector<std::size_t> lengths(texts, tokens);
    const std::vector<Turn> turns = order_.Join(client, lengths);
    for (std::size_t i = 0; i < texts; ++i) {
      waiting_[{turns[i], joined_++}] = {client, call, tokens, i + 1 == texts};
    }
  }

  char Serve() {
    const Text text = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    order_.Leave(text.client, text.tokens, text.last);
    return text.call;
  }

  std::string Serve(std::size_t count) {
    std::string calls;
    for (std::size_t i = 0; i < count; ++i) calls += Serve();
    return calls;
  }

 private:
  struct Text {
    ClientId client;
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

TEST_CASE("texts that leave unserved take nobody's time", "[pipeline]") {
  FairOrder order;
  order.Join(1, std::vector<std::size_t>{10, 10});
  order.Leave(1, 0, false);
  order.Leave(1, 0, true);
  CHECK(order.Join(2, std::vector<std::size_t>{10}) == std::vector<Turn>{10});
}

}  // namespace
}  // namespace quartet
