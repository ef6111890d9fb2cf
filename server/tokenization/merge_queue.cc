#include "tokenization/merge_queue.h"

#include <algorithm>

namespace quartet {
namespace {

std::uint64_t Place(std::uint32_t id, std::uint32_t left) {
  return ~(static_cast<std::uint64_t>(id) << 32U | left);
}

std::uint32_t IdOf(std::uint64_t place) { return static_cast<std::uint32_t>(~place >> 32U); }
std::uint32_t LeftOf(std::uint64_t place) { return static_cast<std::uint32_t>(~place); }

}  // namespace

void MergeQueue::Push(const Merge& merge) {
  if (!is_grouped_) {
    PushEntry({merge.rank, Place(merge.id, merge.left), merge.node});
    return;
  }
  const auto number = static_cast<std::uint32_t>(groups_.size());
  const auto [known, is_new] = group_of_.try_emplace({merge.rank, merge.id}, number);
  if (is_new) groups_.push_back({merge.node, {}, 0, true});
  Group& group = groups_[known->second];
  if (group.places.empty()) {
    PushEntry({merge.rank, Place(merge.id, 0), known->second});
  } else if (merge.left < group.places.back()) {
    group.is_sorted = false;
  }
  group.places.push_back(merge.left);
}

bool MergeQueue::Pop(Merge& merge) {
  if (heap_.empty()) return false;
  const Entry first = heap_.front();
  merge = {first.rank, IdOf(first.place), LeftOf(first.place), first.value};
  if (!is_grouped_) {
    PopEntry();
    return true;
  }
  Group& group = groups_[first.value];
  if (!group.is_sorted) {
    std::sort(group.places.begin() + static_cast<std::ptrdiff_t>(group.next), group.places.end());
    group.is_sorted = true;
  }
  merge.left = group.places[group.next++];
  merge.node = group.node;
  if (group.next == group.places.size()) {
    group.places.clear();
    group.next = 0;
    PopEntry();
  }
  return true;
}

void MergeQueue::PushEntry(const Entry& entry) {
  heap_.push_back(entry);
  std::push_heap(heap_.begin(), heap_.end());
}

void MergeQueue::PopEntry() {
  std::pop_heap(heap_.begin(), heap_.end());
  heap_.pop_back();
}

}  // namespace quartet
