#include "security/api_keys.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

// echo -n KEY | sha256sum
const std::string kOne = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
const std::string kTwo = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";

std::string NameIn(const ApiKeys& keys, const std::string& key) {
  const std::string* name = keys.NameOf(key);
  return name == nullptr ? "nobody" : *name;
}

TEST_CASE("a key is known by its hash", "[security]") {
  const auto keys = ApiKeys::Parse("# who\n\n  search: " + kOne + " \r\nbatch-2.x:" + kTwo);
  REQUIRE(keys.ok());
  CHECK(keys->size() == 2);
  CHECK(NameIn(*keys, "one") == "search");
  CHECK(NameIn(*keys, "two") == "batch-2.x");
  for (const std::string& wrong : {std::string(), std::string("One"), std::string("one "),
                                   std::string("three"), kOne, std::string(10'000, 'x')}) {
    CHECK(NameIn(*keys, wrong) == "nobody");
  }
}

TEST_CASE("a name may have an old and a new key", "[security]") {
  const auto keys = ApiKeys::Parse("search:" + kOne + "\nsearch:" + kTwo + "\n");
  REQUIRE(keys.ok());
  CHECK(NameIn(*keys, "one") == "search");
  CHECK(NameIn(*keys, "two") == "search");
  CHECK(keys->Names() == std::vector<std::string>{"search"});
}

TEST_CASE("a hash is another one if any digit is", "[security]") {
  for (std::size_t i = 0; i < kOne.size(); ++i) {
    std::string other = kOne;
    other[i] = other[i] == '0' ? '1' : '0';
    const auto keys = ApiKeys::Parse("search:" + other);
    REQUIRE(keys.ok());
    CHECK(NameIn(*keys, "one") == "nobody");
  }
}

TEST_CASE("a key is its own name's and nobody else's", "[security]") {
  const auto keys = ApiKeys::Parse("search:" + kOne + "\nbatch:" + kTwo + "\n");
  REQUIRE(keys.ok());
  CHECK(keys->Has("search", "one"));
  CHECK_FALSE(keys->Has("batch", "one"));
  CHECK_FALSE(keys->Has("search", "three"));
  CHECK_FALSE(keys->Has("", "one"));
}

TEST_CASE("names are told in the order of the file", "[security]") {
  const auto keys = ApiKeys::Parse("search:" + kOne + "\nbatch:" + kTwo + "\n");
  REQUIRE(keys.ok());
  CHECK(keys->Names() == std::vector<std::string>{"search", "batch"});
}

TEST_CASE("digits of a hash may be capitals", "[security]") {
  std::string capitals = kOne;
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto keys = ApiKeys::Parse("search:" + capitals);
  REQUIRE(keys.ok());
  CHECK(NameIn(*keys, "one") == "search");
}

TEST_CASE("a file of keys with a mistake is refused as a whole, with the line's number",
          "[security]") {
  struct Row {
    std::string content;
    std::string complaint;
  };
  const Row kRows[] = {
      {"", "there is no key in it"},
      {"# only this\n", "there is no key in it"},
      {"search\n", "line 1 is not name:sha256"},
      {"\n# two\n" + kOne, "line 3 is not name:sha256"},
      {":" + kOne, "line 1 has no name"},
      {"a b:" + kOne, "line 1 has no name"},
      {"caf\xc3\xa9:" + kOne, "line 1 has no name"},
      {std::string(65, 'a') + ":" + kOne, "line 1 has no name"},
      {"search:", "line 1 has no SHA-256"},
      {"search:secret", "line 1 has no SHA-256"},
      {"search:" + kOne.substr(1), "line 1 has no SHA-256"},
      {"search:" + kOne + "0", "line 1 has no SHA-256"},
      {"search:g" + kOne.substr(1), "line 1 has no SHA-256"},
      {"search:" + kOne + " # why", "line 1 has no SHA-256"},
      {"search:" + kOne + "\nbatch:" + kOne, "line 2 has a hash that another line has too"},
  };
  for (const Row& row : kRows) {
    INFO(row.content);
    const auto keys = ApiKeys::Parse(row.content);
    REQUIRE_FALSE(keys.ok());
    CHECK_THAT(std::string(keys.status().message()), Catch::StartsWith(row.complaint));
    CHECK(keys.status().message().find("secret") == absl::string_view::npos);
  }
}

TEST_CASE("more keys than are quickly compared are refused", "[security]") {
  std::string content;
  for (std::size_t i = 0; i <= ApiKeys::kMost; ++i) {
    const std::string digits = std::to_string(i);
    content += "name:" + std::string(64 - digits.size(), '0') + digits + "\n";
    if (i + 1 == ApiKeys::kMost) CHECK(ApiKeys::Parse(content).ok());
  }
  CHECK_FALSE(ApiKeys::Parse(content).ok());
}

}  // namespace
}  // namespace quartet
