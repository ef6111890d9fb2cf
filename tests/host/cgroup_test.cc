#include "host/cgroup.h"

#include <catch2/catch.hpp>

#include "fakes/temporary_tree.h"

namespace quartet {
namespace {

CgroupStats ReadTree(const TemporaryTree& tree) {
  return Cgroup(tree.Path("cgroup"), tree.Path("self")).Read();
}

TEST_CASE("cgroup v2 as a container sees it: its own group is the root", "[host]") {
  const TemporaryTree tree;
  tree.Write("self", "0::/\n");
  tree.Write("cgroup/cgroup.controllers", "cpu memory\n");
  tree.Write("cgroup/memory.current", "1000\n");
  tree.Write("cgroup/memory.stat", "anon 1\ninactive_file 300\nactive_file 2\n");
  tree.Write("cgroup/memory.max", "4096\n");
  tree.Write("cgroup/cpu.max", "150000 100000\n");
  tree.Write("cgroup/cpu.stat",
             "usage_usec 9\nnr_periods 7\nnr_throttled 3\nthrottled_usec 2500000\n");
  tree.Write("cgroup/memory.events", "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\n");
  tree.Write("cgroup/memory.pressure",
             "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n"
             "full avg10=0.00 avg60=0.00 avg300=0.00 total=9\n");
  tree.Write("cgroup/cpu.pressure", "some avg10=1.00 avg60=0.00 avg300=0.00 total=250000\n");
  const CgroupStats stats = ReadTree(tree);
  CHECK(stats.working_set_bytes == 700);
  CHECK(stats.memory_limit_bytes == 4096);
  CHECK(stats.cpu_limit_cores == 1.5);
  CHECK(stats.cpu_periods == 7);
  CHECK(stats.cpu_throttled_periods == 3);
  CHECK(stats.cpu_throttled_seconds == Approx(2.5));
  CHECK(stats.memory_high_events == 2);
  CHECK(stats.memory_max_events == 3);
  CHECK(stats.memory_oom_kills == 5);
  CHECK(stats.memory_pressure_seconds == Approx(1.5));
  CHECK(stats.cpu_pressure_seconds == Approx(0.25));
}

TEST_CASE("cgroup v2 without limits has none", "[host]") {
  const TemporaryTree tree;
  tree.Write("self", "0::/\n");
  tree.Write("cgroup/cgroup.controllers", "");
  tree.Write("cgroup/memory.max", "max\n");
  tree.Write("cgroup/cpu.max", "max 100000\n");
  const CgroupStats stats = ReadTree(tree);
  CHECK_FALSE(stats.memory_limit_bytes.has_value());
  CHECK_FALSE(stats.cpu_limit_cores.has_value());
  CHECK_FALSE(stats.working_set_bytes.has_value());
}

TEST_CASE("a group outside of the namespace counts as the root", "[host]") {
  const TemporaryTree tree;
  tree.Write("self", "0::/../sibling\n");
  tree.Write("cgroup/cgroup.controllers", "");
  tree.Write("cgroup/memory.current", "1000\n");
  tree.Write("sibling/memory.current", "5\n");
  CHECK(ReadTree(tree).working_set_bytes == 1000);
}

TEST_CASE("a group whose name no directory can have counts as the root", "[host]") {
  const TemporaryTree tree;
  tree.Write("self", "0::/" + std::string(400, 'a') + "\n");
  tree.Write("cgroup/cgroup.controllers", "");
  tree.Write("cgroup/memory.current", "1000\n");
  CHECK(ReadTree(tree).working_set_bytes == 1000);
}

TEST_CASE("a tighter limit of a group above holds, usage is the own group's", "[host]") {
  const TemporaryTree tree;
  tree.Write("self", "0::/pod/container\n");
  tree.Write("cgroup/cgroup.controllers", "");
  tree.Write("cgroup/pod/memory.max", "500\n");
  tree.Write("cgroup/pod/memory.current", "450\n");
  tree.Write("cgroup/pod/cpu.max", "300000 100000\n");
  tree.Write("cgroup/pod/container/memory.max", "max\n");
  tree.Write("cgroup/pod/container/memory.current", "400\n");
  tree.Write("cgroup/pod/container/cpu.max", "200000 100000\n");
  const CgroupStats stats = ReadTree(tree);
  CHECK(stats.memory_limit_bytes == 500);
  CHECK(stats.working_set_bytes == 400);
  CHECK(stats.cpu_limit_cores == 2.0);
}

TEST_CASE("cgroup v1 has a hierarchy for each controller", "[host]") {
  const TemporaryTree tree;
  tree.Write("self", "5:memory:/job\n4:cpu,cpuacct:/other\n0::/\n");
  tree.Write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  tree.Write("cgroup/memory/job/memory.limit_in_bytes", "400\n");
  tree.Write("cgroup/memory/job/memory.usage_in_bytes", "300\n");
  tree.Write("cgroup/memory/job/memory.failcnt", "12\n");
  tree.Write("cgroup/memory/job/memory.oom_control",
             "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
  tree.Write("cgroup/memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 100\n");
  tree.Write("cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  tree.Write("cgroup/cpu/cpu.cfs_period_us", "100000\n");
  tree.Write("cgroup/cpu/other/cpu.cfs_quota_us", "50000\n");
  tree.Write("cgroup/cpu/other/cpu.cfs_period_us", "100000\n");
  tree.Write("cgroup/cpu/other/cpu.stat",
             "nr_periods 2\nnr_throttled 1\nthrottled_time 500000000\n");
  const CgroupStats stats = ReadTree(tree);
  CHECK(stats.memory_limit_bytes == 400);
  CHECK(stats.working_set_bytes == 200);
  CHECK(stats.cpu_limit_cores == 0.5);
  CHECK(stats.cpu_throttled_periods == 1);
  CHECK(stats.cpu_throttled_seconds == Approx(0.5));
}

TEST_CASE("cgroup v1 without limits has none", "[host]") {
  const TemporaryTree tree;
  tree.Write("self", "5:memory:/\n4:cpu:/\n");
  tree.Write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  tree.Write("cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  tree.Write("cgroup/cpu/cpu.cfs_period_us", "100000\n");
  const CgroupStats stats = ReadTree(tree);
  CHECK_FALSE(stats.memory_limit_bytes.has_value());
  CHECK_FALSE(stats.cpu_limit_cores.has_value());
}

TEST_CASE("missing and garbled files are no limit and no crash", "[host]") {
  const TemporaryTree empty;
  CHECK_FALSE(ReadTree(empty).memory_limit_bytes.has_value());

  const TemporaryTree garbled;
  garbled.Write("self", "nonsense\n:::\n0::/a/../../b\n");
  garbled.Write("cgroup/cgroup.controllers", "");
  garbled.Write("cgroup/memory.max", "lots\n");
  garbled.Write("cgroup/cpu.max", "100000\n");
  garbled.Write("cgroup/cpu.stat", "nr_periods\nnr_throttled many\n");
  const CgroupStats stats = ReadTree(garbled);
  CHECK_FALSE(stats.memory_limit_bytes.has_value());
  CHECK_FALSE(stats.cpu_limit_cores.has_value());
  CHECK_FALSE(stats.cpu_periods.has_value());
}

}  // namespace
}  // namespace quartet
