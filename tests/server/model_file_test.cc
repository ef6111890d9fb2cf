#include "model_file.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>

namespace quartet {
namespace {

constexpr std::int64_t kMegabyte = 1'000'000;

CgroupStats MemoryOf(std::optional<std::int64_t> used, std::optional<std::int64_t> limit) {
  return {.working_set_bytes = used, .memory_limit_bytes = limit};
}

TEST_CASE("a second model needs room below the part of the limit at which calls are refused",
          "[server]") {
  struct Case {
    std::optional<std::int64_t> used, limit;
    std::int64_t file;
    bool has_room;
  };
  // 85 % of 400 MB are 340.
  for (const Case& c : {Case{140 * kMegabyte, 400 * kMegabyte, 50 * kMegabyte, true},
                        Case{141 * kMegabyte, 400 * kMegabyte, 50 * kMegabyte, false},
                        Case{350 * kMegabyte, 400 * kMegabyte, 0, false},
                        Case{190 * kMegabyte, std::nullopt, 50'000 * kMegabyte, true},
                        Case{std::nullopt, 400 * kMegabyte, 50'000 * kMegabyte, true}}) {
    CAPTURE(c.used, c.limit, c.file);
    CHECK(CheckRoomForModel(c.file, MemoryOf(c.used, c.limit)).ok() == c.has_room);
  }
}

TEST_CASE("a refusal for want of room says what is needed and what there is", "[server]") {
  const absl::Status refused =
      CheckRoomForModel(100 * kMegabyte, MemoryOf(200 * kMegabyte, 400 * kMegabyte));
  CHECK(refused.code() == absl::StatusCode::kResourceExhausted);
  CHECK_THAT(std::string(refused.message()),
             Catch::Contains("400 MB") && Catch::Contains("140 MB"));
}

}  // namespace
}  // namespace quartet
