#include "library/text_places.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace quartet::client {

std::string ShiftTextPlaces(std::string_view message, std::size_t first) {
  constexpr std::string_view kName = "texts[";
  std::string shifted;
  while (true) {
    const std::size_t name = message.find(kName);
    if (name == std::string_view::npos) return shifted.append(message);
    const std::size_t digits = name + kName.size();
    const std::size_t end = message.find_first_not_of("0123456789", digits);
    const std::string_view number = message.substr(digits, end - digits);
    std::size_t place = 0;
    shifted.append(message.substr(0, digits));
    if (std::from_chars(number.data(), number.data() + number.size(), place).ec == std::errc()) {
      shifted.append(std::to_string(place + first));
    }
    message.remove_prefix(std::min(end, message.size()));
  }
}

}  // namespace quartet::client
