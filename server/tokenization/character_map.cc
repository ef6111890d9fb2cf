#include "tokenization/character_map.h"

#include <cstring>

#include "tokenization/bert_characters.h"

namespace quartet {
namespace {

constexpr std::size_t kUnitBytes = sizeof(std::uint32_t);

// A unit's fields.
bool HasLeaf(std::uint32_t unit) { return ((unit >> 8) & 1) != 0; }
std::uint32_t Value(std::uint32_t unit) { return unit & 0x7FFFFFFFU; }
// The byte that leads to it; no byte for a leaf.
std::uint32_t Label(std::uint32_t unit) { return unit & 0x800000FFU; }
std::uint32_t Offset(std::uint32_t unit) { return (unit >> 10) << ((unit & 0x200U) >> 6); }

}  // namespace

absl::StatusOr<CharacterMap> CharacterMap::Create(std::string_view precompiled) {
  CharacterMap map;
  if (precompiled.empty()) return map;
  const absl::Status wrong =
      absl::InvalidArgumentError("the sentencepiece model's precompiled_charsmap is damaged");
  std::uint32_t trie_bytes = 0;
  if (precompiled.size() < kUnitBytes) return wrong;
  std::memcpy(&trie_bytes, precompiled.data(), kUnitBytes);
  precompiled.remove_prefix(kUnitBytes);
  if (trie_bytes == 0 || trie_bytes % kUnitBytes != 0 || trie_bytes >= precompiled.size()) {
    return wrong;
  }
  map.units_.resize(trie_bytes / kUnitBytes);
  std::memcpy(map.units_.data(), precompiled.data(), trie_bytes);
  map.replacements_ = precompiled.substr(trie_bytes);
  if (map.replacements_.back() != '\0' || !IsUtf8(map.replacements_)) return wrong;
  return map;
}

std::optional<std::string_view> CharacterMap::Find(std::string_view cluster) const {
  if (units_.empty()) return std::nullopt;
  std::size_t node = Offset(units_[0]);
  for (const char character : cluster) {
    const auto byte = static_cast<unsigned char>(character);
    node ^= byte;
    // NUL is the label of nothing.
    if (byte == 0 || node >= units_.size() || Label(units_[node]) != byte) return std::nullopt;
    const std::uint32_t unit = units_[node];
    node ^= Offset(unit);
    if (!HasLeaf(unit)) continue;
    if (node >= units_.size() || Value(units_[node]) >= replacements_.size()) return std::nullopt;
    return std::string_view(replacements_.data() + Value(units_[node]));
  }
  return std::nullopt;
}

}  // namespace quartet
