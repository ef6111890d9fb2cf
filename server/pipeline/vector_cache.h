// Vectors of texts that came before, so that a text that comes again costs no forward.
#ifndef QUARTET_PIPELINE_VECTOR_CACHE_H_
#define QUARTET_PIPELINE_VECTOR_CACHE_H_

#include <cstddef>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "core/token_sequence.h"
#include "pipeline/cache_size.h"

namespace quartet {

// Thread-safe. What was used longest ago goes first when the bytes are used up.
//
// The key is what the model sees, not the text: whatever a text, its prompt and its truncation
// become the same tokens of, has the same vector.
class VectorCache {
 public:
  // What an entry takes beside its key and its vector: two nodes, a bucket and their allocations,
  // rounded up.
  static constexpr std::size_t kEntryOverhead = 192;

  // 0: keeps nothing.
  explicit VectorCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  bool is_on() const { return max_bytes_ > 0; }

  // The whole of it, not a digest: two texts never share an entry by accident.
  static std::string KeyOf(std::string_view fingerprint, const TokenSequence& tokens);

  std::optional<std::vector<float>> Find(const std::string& key) QUARTET_EXCLUDES(mutex_);

  // Not kept: what is larger than the whole cache.
  void Add(std::string key, std::span<const float> vector) QUARTET_EXCLUDES(mutex_);

  void Clear() QUARTET_EXCLUDES(mutex_);

  CacheSize Size() const QUARTET_EXCLUDES(mutex_);

 private:
  struct Entry {
    std::string key;
    std::vector<float> vector;
    std::size_t bytes() const {
      return key.size() + vector.size() * sizeof(float) + kEntryOverhead;
    }
  };
  using Entries = std::list<Entry>;

  const std::size_t max_bytes_;
  mutable Mutex mutex_;
  Entries entries_ QUARTET_GUARDED_BY(mutex_);  // used last: first
  // Keys are those of the entries.
  std::unordered_map<std::string_view, Entries::iterator> places_ QUARTET_GUARDED_BY(mutex_);
  std::size_t bytes_ QUARTET_GUARDED_BY(mutex_) = 0;
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_VECTOR_CACHE_H_
