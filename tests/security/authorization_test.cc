#include "security/authorization.h"

#include <catch2/catch.hpp>

namespace quartet {
namespace {

TEST_CASE("credentials are what follows the scheme and one blank", "[security]") {
  struct Row {
    const char* header;
    std::optional<std::string_view> credentials;
  };
  const Row kRows[] = {
      {"Bearer one", "one"},
      {"bearer one", "one"},
      {"BEARER one two ", "one two "},
      {"Bearer  one", " one"},
      {"", std::nullopt},
      {"Bear", std::nullopt},
      {"Bearer", std::nullopt},
      {"Bearer ", std::nullopt},
      {"Bearerone", std::nullopt},
      {"Basic one", std::nullopt},
      {" Bearer one", std::nullopt},
  };
  for (const Row& row : kRows) {
    INFO(row.header);
    CHECK(CredentialsOf(row.header, "bearer") == row.credentials);
  }
}

TEST_CASE("basic credentials are a name, a colon and a password, in base64", "[security]") {
  struct Row {
    const char* header;  // printf %s WHAT | base64
    const char* name;    // null: they are none
    const char* password;
  };
  const Row kRows[] = {
      {"Basic cHJvbWV0aGV1czpzZWNyZXQ=", "prometheus", "secret"},
      {"basic cHJvbWV0aGV1czpzZWNyZXQ=", "prometheus", "secret"},
      {"Basic bmFtZTp3aXRoOmNvbG9u", "name", "with:colon"},
      {"Basic Og==", "", ""},
      {"Basic bm9jb2xvbg==", nullptr, nullptr},
      {"Basic ***", nullptr, nullptr},
      {"Basic ", nullptr, nullptr},
      {"Bearer cHJvbWV0aGV1czpzZWNyZXQ=", nullptr, nullptr},
      {"", nullptr, nullptr},
  };
  for (const Row& row : kRows) {
    INFO(row.header);
    const auto credentials = BasicCredentialsOf(row.header);
    REQUIRE(credentials.has_value() == (row.name != nullptr));
    if (!credentials) continue;
    CHECK(credentials->name == row.name);
    CHECK(credentials->password == row.password);
  }
}

}  // namespace
}  // namespace quartet
