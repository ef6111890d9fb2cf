// Names of texts in messages of errors. A pure function.
#ifndef QUARTET_CLIENT_LIBRARY_TEXT_PLACES_H_
#define QUARTET_CLIENT_LIBRARY_TEXT_PLACES_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace quartet::client {

// "texts[3]" of a call becomes "texts[67]" of the caller's list when the call began at 64.
std::string ShiftTextPlaces(std::string_view message, std::size_t first);

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_TEXT_PLACES_H_
