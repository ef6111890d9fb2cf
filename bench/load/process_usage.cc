#include "load/process_usage.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <system_error>

#include "host/text_file.h"

namespace quartet::bench {
namespace {

constexpr std::int64_t kKilobyte = 1024;

// Of /proc/PID/stat, see proc(5).
struct Stat {
  int parent = 0;
  double cpu_seconds = 0;
};

std::optional<Stat> ReadStat(int pid) {
  const auto content = ReadFile("/proc/" + std::to_string(pid) + "/stat");
  if (!content) return std::nullopt;
  // The name before the last ')' may hold anything.
  std::istringstream fields(content->substr(content->rfind(')') + 1));
  std::string skipped;
  Stat stat;
  fields >> skipped >> stat.parent;
  for (int field = 5; field < 14; ++field) fields >> skipped;
  double ticks = 0;
  for (int field = 14; field <= 17; ++field) {  // utime, stime, and those of ended children
    double value = 0;
    fields >> value;
    ticks += value;
  }
  stat.cpu_seconds = ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  return stat;
}

std::map<int, Stat> AllProcesses() {
  std::map<int, Stat> result;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    int pid = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (parsed.ptr != name.data() + name.size()) continue;
    if (const std::optional<Stat> stat = ReadStat(pid)) result[pid] = *stat;
  }
  return result;
}

bool DescendsFrom(int pid, int ancestor, const std::map<int, Stat>& processes) {
  while (pid != ancestor) {
    const auto found = processes.find(pid);
    if (found == processes.end()) return false;
    pid = found->second.parent;
  }
  return true;
}

// Resident bytes by file, "dev inode".
using FileBytes = std::map<std::string, std::int64_t>;

// Of /proc/PID/smaps: a line "addresses permissions offset dev inode path" begins a mapping, lines
// "Key: value kB" follow. What was copied on write is Anonymous, and no longer the file's.
FileBytes FilesOf(const std::string& smaps) {
  FileBytes files;
  std::string file;
  std::istringstream lines(smaps);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first.empty()) continue;
    if (first.back() != ':') {
      std::string permissions, offset, device, inode;
      words >> permissions >> offset >> device >> inode;
      file.clear();
      if (inode != "0") file.append(device).append(" ").append(inode);
    } else if (!file.empty() && (first == "Rss:" || first == "Anonymous:")) {
      std::int64_t kilobytes = 0;
      words >> kilobytes;
      files[file] += (first == "Rss:" ? kilobytes : -kilobytes) * kKilobyte;
    }
  }
  return files;
}

// `files`: the most that any process seen so far has of each.
void AddMemory(int pid, ProcessUsage& usage, FileBytes& files) {
  const std::string directory = "/proc/" + std::to_string(pid);
  const std::string status = ReadFile(directory + "/status").value_or("");
  usage.rss_bytes += NumberOf("VmRSS:", status).value_or(0) * kKilobyte;
  usage.anonymous_bytes += NumberOf("RssAnon:", status).value_or(0) * kKilobyte;
  usage.file_bytes += NumberOf("RssFile:", status).value_or(0) * kKilobyte;
  const std::string rollup = ReadFile(directory + "/smaps_rollup").value_or("");
  usage.own_bytes += NumberOf("Pss_Anon:", rollup).value_or(0) * kKilobyte;
  for (const auto& [file, bytes] : FilesOf(ReadFile(directory + "/smaps").value_or(""))) {
    files[file] = std::max(files[file], bytes);
  }
}

}  // namespace

std::optional<ProcessUsage> UsageOfTree(int pid) {
  const std::map<int, Stat> processes = AllProcesses();
  if (processes.count(pid) == 0) return std::nullopt;
  ProcessUsage usage;
  FileBytes files;
  for (const auto& [candidate, stat] : processes) {
    if (!DescendsFrom(candidate, pid, processes)) continue;
    ++usage.processes;
    usage.cpu_seconds += stat.cpu_seconds;
    AddMemory(candidate, usage, files);
  }
  for (const auto& [file, bytes] : files) usage.own_bytes += bytes;
  return usage;
}

std::vector<UsageSample> SampleUsage(int pid, TimePoint start, TimePoint end, Duration interval,
                                     Pacer& pacer) {
  std::vector<UsageSample> samples;
  for (TimePoint due = start;; due = std::min(due + interval, end)) {
    pacer.SleepUntil(due);
    const std::optional<ProcessUsage> usage = UsageOfTree(pid);
    if (!usage) break;
    samples.push_back({ToSeconds(pacer.Now() - start), *usage});
    if (due >= end) break;
  }
  return samples;
}

}  // namespace quartet::bench
