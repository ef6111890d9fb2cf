#include "library/text_places.h"

#include <catch2/catch.hpp>

namespace quartet::client {
namespace {

TEST_CASE("a text is named by its place in the caller's list", "[client]") {
  struct Row {
    const char* message;
    std::size_t first;
    const char* expected;
  };
  for (const Row& row :
       {Row{"texts[3]: is empty", 64, "texts[67]: is empty"},
        Row{"texts[3]: is empty", 0, "texts[3]: is empty"},
        Row{"a texts[0] and texts[10]", 5, "a texts[5] and texts[15]"},
        Row{"texts: is empty", 5, "texts: is empty"}, Row{"texts[", 5, "texts["},
        Row{"texts[x]", 5, "texts[x]"}, Row{"texts[7", 5, "texts[12"}, Row{"", 5, ""}}) {
    INFO(row.message);
    CHECK(ShiftTextPlaces(row.message, row.first) == row.expected);
  }
}

}  // namespace
}  // namespace quartet::client
