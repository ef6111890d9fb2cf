// x-request-id: by which a client finds its call again in our log.
#ifndef QUARTET_CALLS_REQUEST_ID_H_
#define QUARTET_CALLS_REQUEST_ID_H_

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace quartet {

inline constexpr const char* kRequestIdKey = "x-request-id";

// What a client sent as its id, or empty: it is not 1 to 128 visible ASCII characters, which is
// nobody's id and stays out of logs.
inline std::string_view RequestIdOf(std::string_view sent) {
  constexpr std::size_t kMostBytes = 128;
  const bool is_visible =
      std::all_of(sent.begin(), sent.end(), [](char c) { return c > ' ' && c <= '~'; });
  return is_visible && sent.size() <= kMostBytes ? sent : std::string_view();
}

}  // namespace quartet

#endif  // QUARTET_CALLS_REQUEST_ID_H_
