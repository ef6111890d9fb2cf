#include "pipeline/vector_cache.h"

#include <utility>

namespace quartet {

std::string VectorCache::KeyOf(std::string_view fingerprint, const TokenSequence& tokens) {
  std::string key(fingerprint);
  key.append(reinterpret_cast<const char*>(tokens.ids.data()),
             tokens.ids.size() * sizeof(tokens.ids[0]));
  return key;
}

std::optional<std::vector<float>> VectorCache::Find(const std::string& key) {
  const MutexLock lock(mutex_);
  const auto found = places_.find(key);
  if (found == places_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->vector;
}

void VectorCache::Add(std::string key, std::span<const float> vector) {
  Entry entry{std::move(key), {vector.begin(), vector.end()}};
  const std::size_t bytes = entry.bytes();
  if (bytes > max_bytes_) return;
  const MutexLock lock(mutex_);
  if (places_.contains(entry.key)) return;  // two of the same were computed at the same time
  while (bytes_ + bytes > max_bytes_) {
    bytes_ -= entries_.back().bytes();
    places_.erase(entries_.back().key);
    entries_.pop_back();
  }
  entries_.push_front(std::move(entry));
  places_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
}

void VectorCache::Clear() {
  const MutexLock lock(mutex_);
  places_.clear();
  entries_.clear();
  bytes_ = 0;
}

CacheSize VectorCache::Size() const {
  const MutexLock lock(mutex_);
  return {entries_.size(), bytes_};
}

}  // namespace quartet
