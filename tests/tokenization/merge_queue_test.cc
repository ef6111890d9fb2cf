#include "tokenization/merge_queue.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <tuple>
#include <vector>

namespace quartet {
namespace {

constexpr std::size_t kUsual = 8;
constexpr std::size_t kLong = MergeQueue::kLongWord + 1;

bool IsEarlier(const Merge& a, const Merge& b) {
  return std::tie(b.rank, a.id, a.left) < std::tie(a.rank, b.id, b.left);
}

TEST_CASE("merges come by rank, then by piece, then by place", "[tokenization]") {
  for (const std::size_t bytes : {kUsual, kLong}) {
    MergeQueue queue(bytes);
    queue.Push({.rank = 1, .id = 4, .left = 0, .node = 40});
    queue.Push({.rank = 2, .id = 9, .left = 7, .node = 90});
    queue.Push({.rank = 2, .id = 9, .left = 3, .node = 90});
    queue.Push({.rank = 2, .id = 8, .left = 5, .node = 80});
    std::vector<std::tuple<std::uint32_t, std::uint32_t, PieceTrie::Node>> taken;
    for (Merge merge; queue.Pop(merge);) taken.emplace_back(merge.id, merge.left, merge.node);
    CHECK(taken == decltype(taken){{8, 5, 80}, {9, 3, 90}, {9, 7, 90}, {4, 0, 40}});
  }
}

TEST_CASE("the first of all that wait comes next, whatever came meanwhile", "[tokenization]") {
  std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): the same every time
  for (const std::size_t bytes : {kUsual, kLong}) {
    MergeQueue queue(bytes);
    std::vector<Merge> waiting;
    for (int i = 0; i < 20'000; ++i) {
      if (random() % 5 < 3) {
        const auto id = static_cast<std::uint32_t>(random() % 20);
        const auto left = static_cast<std::uint32_t>(random() % 1000);
        waiting.push_back({.rank = id % 7, .id = id, .left = left, .node = id});
        queue.Push(waiting.back());
      }
      if (random() % 2 == 0) continue;
      Merge merge;
      REQUIRE(queue.Pop(merge) == !waiting.empty());
      if (waiting.empty()) continue;
      const auto first = std::min_element(waiting.begin(), waiting.end(), IsEarlier);
      REQUIRE(!IsEarlier(*first, merge));
      REQUIRE(!IsEarlier(merge, *first));
      REQUIRE(merge.node == merge.id);
      *first = waiting.back();
      waiting.pop_back();
    }
  }
}

}  // namespace
}  // namespace quartet
