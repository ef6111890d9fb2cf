#include "host/cgroup.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "host/text_file.h"

namespace quartet {
namespace {

// v1 has no word for "no limit": it gives the largest multiple of the page size in 63 bits.
constexpr std::int64_t kV1NoLimit = std::int64_t{1} << 62;

// The existing ones of root/path, its parents, and root itself; in this order. A group outside of
// the process's cgroup namespace is written "/../other", and not to be seen below root.
std::vector<std::string> DirectoriesUpwards(const std::string& root, std::filesystem::path path) {
  std::vector<std::string> directories;
  path = path.relative_path();
  if (std::find(path.begin(), path.end(), "..") != path.end()) path.clear();
  for (; !path.empty(); path = path.parent_path()) {
    std::error_code not_there;
    const std::filesystem::path directory = root / path;
    if (std::filesystem::is_directory(directory, not_there)) directories.push_back(directory);
  }
  directories.push_back(root);
  return directories;
}

// The process's group in the hierarchy of `controller` ("" is v2's only one), from lines
// "id:controllers:path".
std::string GroupPath(const std::string& self_content, const std::string& controller) {
  std::istringstream lines(self_content);
  std::string line;
  while (std::getline(lines, line)) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    for (const absl::string_view name : absl::StrSplit(controllers, ',')) {
      if (name == controller) return line.substr(second + 1);
    }
  }
  return "/";
}

template <class Value>
void KeepSmallest(std::optional<Value>& smallest, std::optional<Value> value) {
  if (value.has_value() && (!smallest.has_value() || *value < *smallest)) smallest = value;
}

std::optional<std::int64_t> WorkingSet(std::optional<std::int64_t> usage,
                                       const std::optional<std::string>& stat,
                                       const std::string& inactive_key) {
  if (!usage.has_value()) return std::nullopt;
  const std::int64_t inactive = NumberOf(inactive_key, stat.value_or("")).value_or(0);
  return std::max<std::int64_t>(*usage - inactive, 0);
}

// "quota period" or "max period", in microseconds.
std::optional<double> V2CpuLimit(const std::string& directory) {
  std::istringstream words(ReadFile(directory + "/cpu.max").value_or(""));
  double quota = 0;
  double period = 0;
  if (!(words >> quota >> period) || period <= 0) return std::nullopt;
  return quota / period;
}

std::optional<double> V1CpuLimit(const std::string& directory) {
  const auto quota = ReadNumber(directory + "/cpu.cfs_quota_us");
  const auto period = ReadNumber(directory + "/cpu.cfs_period_us");
  if (!quota.has_value() || !period.has_value() || *quota <= 0 || *period <= 0) {
    return std::nullopt;
  }
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

// cpu.stat: the same keys in both versions, but throttled time in units of its own.
void ReadCpuStat(const std::string& directory, const std::string& throttled_key,
                 double throttled_unit, CgroupStats& stats) {
  const std::string stat = ReadFile(directory + "/cpu.stat").value_or("");
  stats.cpu_periods = NumberOf("nr_periods", stat);
  stats.cpu_throttled_periods = NumberOf("nr_throttled", stat);
  if (const auto throttled = NumberOf(throttled_key, stat)) {
    stats.cpu_throttled_seconds = static_cast<double>(*throttled) * throttled_unit;
  }
}

// "some avg10=0.00 avg60=0.00 avg300=0.00 total=12345", in microseconds.
std::optional<double> PressureSeconds(const std::string& path) {
  const std::string content = ReadFile(path).value_or("");
  const std::size_t some = content.find("some ");
  const std::size_t total = content.find("total=", some);
  if (some == std::string::npos || total == std::string::npos) return std::nullopt;
  return static_cast<double>(std::atoll(content.c_str() + total + 6)) * 1e-6;
}

}  // namespace

Cgroup::Cgroup(const std::string& mount_root, const std::string& self_file)
    : is_v2_(std::filesystem::exists(mount_root + "/cgroup.controllers")) {
  const std::string self = ReadFile(self_file).value_or("");
  if (is_v2_) {
    memory_directories_ = DirectoriesUpwards(mount_root, GroupPath(self, ""));
    cpu_directories_ = memory_directories_;
  } else {
    memory_directories_ = DirectoriesUpwards(mount_root + "/memory", GroupPath(self, "memory"));
    cpu_directories_ = DirectoriesUpwards(mount_root + "/cpu", GroupPath(self, "cpu"));
  }
}

CgroupStats Cgroup::Read() const { return is_v2_ ? ReadV2() : ReadV1(); }

CgroupStats Cgroup::ReadV2() const {
  CgroupStats stats;
  const std::string& own = memory_directories_.front();
  stats.working_set_bytes = WorkingSet(ReadNumber(own + "/memory.current"),
                                       ReadFile(own + "/memory.stat"), "inactive_file");
  for (const std::string& directory : memory_directories_) {
    KeepSmallest(stats.memory_limit_bytes, ReadNumber(directory + "/memory.max"));
    KeepSmallest(stats.cpu_limit_cores, V2CpuLimit(directory));
  }
  ReadCpuStat(own, "throttled_usec", 1e-6, stats);
  const std::string events = ReadFile(own + "/memory.events").value_or("");
  stats.memory_high_events = NumberOf("high", events);
  stats.memory_max_events = NumberOf("max", events);
  stats.memory_oom_kills = NumberOf("oom_kill", events);
  stats.memory_pressure_seconds = PressureSeconds(own + "/memory.pressure");
  stats.cpu_pressure_seconds = PressureSeconds(own + "/cpu.pressure");
  return stats;
}

CgroupStats Cgroup::ReadV1() const {
  CgroupStats stats;
  const std::string& own = memory_directories_.front();
  stats.working_set_bytes = WorkingSet(ReadNumber(own + "/memory.usage_in_bytes"),
                                       ReadFile(own + "/memory.stat"), "total_inactive_file");
  for (const std::string& directory : memory_directories_) {
    const auto limit = ReadNumber(directory + "/memory.limit_in_bytes");
    if (limit.value_or(kV1NoLimit) < kV1NoLimit) KeepSmallest(stats.memory_limit_bytes, limit);
  }
  for (const std::string& directory : cpu_directories_) {
    KeepSmallest(stats.cpu_limit_cores, V1CpuLimit(directory));
  }
  ReadCpuStat(cpu_directories_.front(), "throttled_time", 1e-9, stats);
  stats.memory_max_events = ReadNumber(own + "/memory.failcnt");
  stats.memory_oom_kills = NumberOf("oom_kill", ReadFile(own + "/memory.oom_control").value_or(""));
  return stats;
}

}  // namespace quartet
