#include "load/process_usage.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>

namespace quartet::bench {
namespace {

constexpr std::size_t kBytes = 64 << 20;
constexpr double kCpuSeconds = 0.2;

double OwnCpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// A child that holds kBytes of memory, has computed for kCpuSeconds, and waits to be killed.
pid_t StartChild() {
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    void* memory =
        mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    std::memset(memory, 1, kBytes);
    for (double used = 0; used < kCpuSeconds;) used = OwnCpuSeconds();
    if (write(ready[1], "r", 1) != 1) _exit(1);
    for (;;) pause();
  }
  char byte = 0;
  REQUIRE(read(ready[0], &byte, 1) == 1);
  close(ready[0]);
  close(ready[1]);
  return child;
}

TEST_CASE("children count, and still do when they have ended", "[bench]") {
  const ProcessUsage before = *UsageOfTree(getpid());
  CHECK(before.processes == 1);
  CHECK(before.rss_bytes > 0);
  CHECK(before.anonymous_bytes + before.file_bytes <= before.rss_bytes);

  const pid_t child = StartChild();
  const ProcessUsage with_child = *UsageOfTree(getpid());
  CHECK(with_child.processes == 2);
  CHECK(with_child.anonymous_bytes - before.anonymous_bytes >= static_cast<std::int64_t>(kBytes));
  // What it shares with the child counts once.
  CHECK(with_child.rss_bytes - before.rss_bytes > with_child.own_bytes - before.own_bytes);
  CHECK(with_child.own_bytes - before.own_bytes >= static_cast<std::int64_t>(kBytes));
  // Nobody shares with it yet. The kernel counts RSS a little late.
  CHECK(before.own_bytes < before.rss_bytes * 11 / 10);
  CHECK(before.own_bytes > before.rss_bytes * 9 / 10);
  CHECK(with_child.cpu_seconds - before.cpu_seconds > kCpuSeconds * 0.8);
  CHECK(UsageOfTree(child)->processes == 1);

  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const ProcessUsage after = *UsageOfTree(getpid());
  CHECK(after.processes == 1);
  CHECK(after.cpu_seconds - before.cpu_seconds > kCpuSeconds * 0.8);
  CHECK(UsageOfTree(child) == std::nullopt);
}

}  // namespace
}  // namespace quartet::bench
