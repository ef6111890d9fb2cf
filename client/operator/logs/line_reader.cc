#include "operator/logs/line_reader.h"

#include <algorithm>

namespace quartet {
namespace {

constexpr std::size_t kChunk = 1 << 16;

}  // namespace

LineReader::LineReader(std::istream& in, std::size_t longest)
    : in_(in), longest_(longest), chunk_(kChunk, '\0') {}

bool LineReader::Fill() {
  in_.read(chunk_.data(), kChunk);
  unread_ = {chunk_.data(), static_cast<std::size_t>(in_.gcount())};
  return !unread_.empty();
}

std::optional<std::string_view> LineReader::Next() {
  line_.clear();
  bool began = false;
  while (!unread_.empty() || Fill()) {
    const std::size_t end = unread_.find('\n');
    const std::string_view part = unread_.substr(0, end);
    const bool is_whole = end != std::string_view::npos;
    unread_.remove_prefix(is_whole ? end + 1 : unread_.size());
    if (is_whole && !began) return part.substr(0, longest_);
    began = true;
    line_.append(part.substr(0, longest_ - line_.size()));
    if (is_whole) return line_;
  }
  if (!began) return std::nullopt;
  return line_;
}

}  // namespace quartet
