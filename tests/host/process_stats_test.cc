#include "host/process_stats.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <ctime>
#include <vector>

namespace quartet {
namespace {

TEST_CASE("a process is known to itself", "[host]") {
  const ProcessStats stats = ReadProcessStats();
  CHECK(stats.threads >= 1);
  CHECK(stats.resident_bytes > 1'000'000);
  CHECK(stats.anonymous_bytes > 0);
  CHECK(stats.anonymous_bytes <= stats.resident_bytes);
  CHECK(stats.virtual_bytes >= stats.resident_bytes);
  CHECK(stats.start_time_seconds <= static_cast<double>(std::time(nullptr)) + 1);
  CHECK(stats.start_time_seconds > static_cast<double>(std::time(nullptr)) - 3600);
}

TEST_CASE("the start of a process does not move", "[host]") {
  const double start = ReadProcessStats().start_time_seconds;
  for (int i = 0; i < 100; ++i) CHECK(ReadProcessStats().start_time_seconds == start);
}

TEST_CASE("an opened file is counted, a closed one is not", "[host]") {
  const std::int64_t before = ReadProcessStats().open_fds;
  const int fd = open("/dev/null", O_RDONLY);
  CHECK(ReadProcessStats().open_fds == before + 1);
  close(fd);
  CHECK(ReadProcessStats().open_fds == before);
}

TEST_CASE("memory that is touched is resident and anonymous", "[host]") {
  const ProcessStats before = ReadProcessStats();
  const std::vector<char> block(64 << 20, 'x');
  const ProcessStats after = ReadProcessStats();
  CHECK(after.peak_resident_bytes >= after.resident_bytes);
  CHECK(after.anonymous_bytes - before.anonymous_bytes > (50 << 20));
  CHECK(block.back() == 'x');
}

TEST_CASE("the peak of memory can begin anew", "[host]") {
  // Not of the heap, which a sanitizer does not give back.
  constexpr std::size_t kBytes = 64 << 20;
  void* block = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(block != MAP_FAILED);
  std::memset(block, 'x', kBytes);
  munmap(block, kBytes);
  const std::int64_t peak = ReadProcessStats().peak_resident_bytes;
  ResetPeakMemory();
  CHECK(ReadProcessStats().peak_resident_bytes < peak - (50 << 20));
}

}  // namespace
}  // namespace quartet
