// The keys of clients: their names, and the hashes of what they send.
#ifndef QUARTET_SECURITY_API_KEYS_H_
#define QUARTET_SECURITY_API_KEYS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace quartet {

// Constant after construction.
class ApiKeys {
 public:
  // Every key is compared with, whatever the outcome: which bounds what a call costs.
  static constexpr std::size_t kMost = 1000;

  // A line: `name:sha256`, the hash of the key as 64 hexadecimal digits. Empty lines and those that
  // begin with # don't count; neither do blanks around. A name may have several keys, one key may
  // not have two names. INVALID_ARGUMENT names the line, and never shows it.
  static absl::StatusOr<ApiKeys> Parse(std::string_view content);

  // Of the key whose hash is one of ours; nullptr: nobody's. Takes as long wherever, and whether,
  // it is found. Lives as long as this.
  const std::string* NameOf(std::string_view key) const;

  // Whether it is a key of that name.
  bool Has(std::string_view name, std::string_view key) const;

  std::size_t size() const { return keys_.size(); }

  // Each once, in the order of the file.
  std::vector<std::string> Names() const;

 private:
  using Hash = std::array<std::uint64_t, 4>;  // of SHA-256, as its bytes lie in memory
  struct Key {
    std::string name;
    Hash hash;
  };

  static Hash HashOf(std::string_view key);
  static bool IsSame(const Hash& one, const Hash& other);
  static std::optional<Hash> ParseHash(std::string_view digits);

  std::vector<Key> keys_;
};

}  // namespace quartet

#endif  // QUARTET_SECURITY_API_KEYS_H_
