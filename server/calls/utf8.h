#ifndef QUARTET_CALLS_UTF8_H_
#define QUARTET_CALLS_UTF8_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace quartet {

// The offset of the first byte that is not well-formed UTF-8 (Unicode 15, table 3-7), if any.
std::optional<std::size_t> FirstInvalidUtf8(std::string_view text);

}  // namespace quartet

#endif  // QUARTET_CALLS_UTF8_H_
