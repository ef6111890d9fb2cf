// What the control group of this process allows and counts, cgroup v2 and v1.
#ifndef QUARTET_HOST_CGROUP_H_
#define QUARTET_HOST_CGROUP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quartet {

// Absent: there is no limit, or the kernel does not tell.
struct CgroupStats {
  // memory.current less inactive_file: the number by which the kubelet evicts.
  std::optional<std::int64_t> working_set_bytes;
  std::optional<std::int64_t> memory_limit_bytes;
  std::optional<double> cpu_limit_cores;  // quota / period
  std::optional<std::int64_t> cpu_periods;
  std::optional<std::int64_t> cpu_throttled_periods;
  std::optional<double> cpu_throttled_seconds;
  // How often usage hit the soft limit and the hard one, and how many processes were killed for it.
  std::optional<std::int64_t> memory_high_events;
  std::optional<std::int64_t> memory_max_events;
  std::optional<std::int64_t> memory_oom_kills;
  // Pressure stall information: time in which some thread waited.
  std::optional<double> memory_pressure_seconds;
  std::optional<double> cpu_pressure_seconds;
};

// Thread-safe. Finds its directories once and reads the files anew each time.
class Cgroup {
 public:
  // `mount_root` is where cgroups are mounted, `self_file` the kernel's list of this process's
  // groups; tests give trees of their own.
  explicit Cgroup(const std::string& mount_root = "/sys/fs/cgroup",
                  const std::string& self_file = "/proc/self/cgroup");

  CgroupStats Read() const;

 private:
  CgroupStats ReadV2() const;
  CgroupStats ReadV1() const;

  bool is_v2_ = false;
  // From the process's own group up to the root: a limit holds for everything below it. Inside a
  // container the own group is often mounted as the root, and there is only that.
  std::vector<std::string> memory_directories_;
  std::vector<std::string> cpu_directories_;
};

}  // namespace quartet

#endif  // QUARTET_HOST_CGROUP_H_
