#include "security/caller_rules.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

namespace quartet {
namespace {

using Refusal = std::optional<CallerRefusal>;

constexpr Refusal kAdmitted = std::nullopt;

// echo -n one | sha256sum
const char* const kFile = "search:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";

TEST_CASE("a key is needed where there are keys", "[security]") {
  const ApiKeys keys = *ApiKeys::Parse(kFile);
  struct Row {
    const char* authorization;
    Refusal refusal;
  };
  const Row kRows[] = {
      {"Bearer one", kAdmitted},
      {"bearer one", kAdmitted},
      {"BEARER one", kAdmitted},
      {"", CallerRefusal::kNoKey},
      {"one", CallerRefusal::kNoKey},
      {"Bearer", CallerRefusal::kNoKey},
      {"Bearer ", CallerRefusal::kNoKey},
      {"Basic one", CallerRefusal::kNoKey},
      {"Bearer two", CallerRefusal::kWrongKey},
      {"Bearer  one", CallerRefusal::kWrongKey},
      {"Bearer one ", CallerRefusal::kWrongKey},
      {kFile, CallerRefusal::kNoKey},
  };
  for (const Row& row : kRows) {
    INFO(row.authorization);
    CHECK(RefusalOf({.authorization = row.authorization}, {.keys = &keys}) == row.refusal);
    CHECK(RefusalOf({.authorization = row.authorization}, {}) == kAdmitted);
  }
}

TEST_CASE("a listed name is needed where names are listed", "[security]") {
  struct Row {
    std::vector<std::string> shown;
    Refusal refusal;
  };
  const std::vector<std::string> kListed = {"search", "batch.example"};
  const Row kRows[] = {
      {{"search"}, kAdmitted},
      {{"other", "batch.example"}, kAdmitted},
      {{}, CallerRefusal::kNoCertificate},
      {{"other"}, CallerRefusal::kWrongName},
      {{"searching", "Search", ""}, CallerRefusal::kWrongName},
  };
  for (const Row& row : kRows) {
    CHECK(RefusalOf({.certificate_names = row.shown}, {.names = kListed}) == row.refusal);
    CHECK(RefusalOf({.certificate_names = row.shown}, {}) == kAdmitted);
  }
}

TEST_CASE("who needs a name and a key needs both", "[security]") {
  const ApiKeys keys = *ApiKeys::Parse(kFile);
  const std::vector<std::string> kListed = {"search"};
  const CallerRules rules = {.keys = &keys, .names = kListed};
  CHECK(RefusalOf({"Bearer one", {"search"}}, rules) == kAdmitted);
  CHECK(RefusalOf({"Bearer one", {}}, rules) == CallerRefusal::kNoCertificate);
  CHECK(RefusalOf({"", {"search"}}, rules) == CallerRefusal::kNoKey);
}

TEST_CASE("only a known name that may not call is told so", "[security]") {
  for (const CallerRefusal refusal : kCallerRefusals) {
    const bool is_known = refusal == CallerRefusal::kWrongName;
    CHECK(absl::IsPermissionDenied(StatusOf(refusal)) == is_known);
    CHECK(absl::IsUnauthenticated(StatusOf(refusal)) != is_known);
  }
}

}  // namespace
}  // namespace quartet
