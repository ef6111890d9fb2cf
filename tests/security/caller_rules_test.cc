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
    CHECK(Judge({.authorization = row.authorization}, {.keys = &keys}).refusal == row.refusal);
    CHECK(Judge({.authorization = row.authorization}, {}).refusal == kAdmitted);
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
    CHECK(Judge({.certificate_names = row.shown}, {.names = kListed}).refusal == row.refusal);
    CHECK(Judge({.certificate_names = row.shown}, {}).refusal == kAdmitted);
  }
}

TEST_CASE("who needs a name and a key needs both", "[security]") {
  const ApiKeys keys = *ApiKeys::Parse(kFile);
  const std::vector<std::string> kListed = {"search"};
  const CallerRules rules = {.keys = &keys, .names = kListed};
  CHECK(Judge({"Bearer one", {"search"}}, rules).refusal == kAdmitted);
  CHECK(Judge({"Bearer one", {}}, rules).refusal == CallerRefusal::kNoCertificate);
  CHECK(Judge({"", {"search"}}, rules).refusal == CallerRefusal::kNoKey);
}

TEST_CASE("who is let in is known by the key, else by the certificate, else by nothing",
          "[security]") {
  const ApiKeys keys = *ApiKeys::Parse(kFile);
  const std::vector<std::string> kListed = {"batch", "search.example"};
  const std::vector<std::string> kShown = {"common", "search.example", "batch"};
  struct Row {
    Caller caller;
    CallerRules rules;
    const char* name;
  };
  const Row kRows[] = {
      {{}, {}, ""},
      {{"Bearer one", {}}, {}, ""},  // nobody has looked at it
      {{"Bearer one", {}}, {&keys, {}}, "search"},
      {{"Bearer one", kShown}, {&keys, kListed}, "search"},
      {{"", kShown}, {nullptr, kListed}, "batch"},
      {{"", {"search.example"}}, {nullptr, kListed}, "search.example"},
      {{"", kShown}, {}, "common"},
      {{"Bearer two", kShown}, {&keys, kListed}, ""},
      {{"", {"stranger"}}, {nullptr, kListed}, ""},
  };
  for (const Row& row : kRows) {
    INFO(row.name);
    CHECK(Judge(row.caller, row.rules).name == row.name);
  }
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
