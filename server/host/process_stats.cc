#include "host/process_stats.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "host/text_file.h"

namespace quartet {
namespace {

// Fields of /proc/self/stat counted from the one after the name, which may hold anything: proc(5).
std::vector<std::string> StatFields() {
  const std::string stat = ReadFile("/proc/self/stat").value_or("");
  const std::size_t end_of_name = stat.rfind(')');
  if (end_of_name == std::string::npos) return {};
  std::istringstream words(stat.substr(end_of_name + 1));
  std::vector<std::string> fields;
  for (std::string word; words >> word;) fields.push_back(word);
  return fields;
}

constexpr std::size_t kStartTimeField = 22 - 3;  // proc(5) counts from 1, and has two before these

// From boot to the fork that made the process, in seconds.
double StartSinceBoot() {
  const std::vector<std::string> fields = StatFields();
  if (fields.size() <= kStartTimeField) return 0;
  return std::stod(fields[kStartTimeField]) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double SecondsSinceBoot() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double WallClockSeconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Computed once: two clocks are never read at the same microsecond, and a start time that changes
// looks like a restart to Prometheus.
double StartTimeSeconds() {
  static const double start = WallClockSeconds() - SecondsSinceBoot() + StartSinceBoot();
  return start;
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::int64_t OpenFds() {
  std::int64_t count = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
       !error && entry != end; entry.increment(error)) {
    ++count;
  }
  return count > 0 ? count - 1 : 0;  // one is the iterator's own
}

std::optional<std::int64_t> SoftLimit(int resource) {
  rlimit limit{};
  if (getrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0 ||
      limit.rlim_cur == RLIM_INFINITY) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(limit.rlim_cur);
}

}  // namespace

std::chrono::nanoseconds ProcessCpuTime() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

void ResetPeakMemory() { std::ofstream("/proc/self/clear_refs") << 5; }

ProcessStats ReadProcessStats() {
  constexpr std::int64_t kKilobyte = 1024;
  const std::string status = ReadFile("/proc/self/status").value_or("");
  ProcessStats stats;
  stats.cpu_seconds = CpuSeconds();
  stats.start_time_seconds = StartTimeSeconds();
  stats.threads = NumberOf("Threads:", status).value_or(0);
  stats.resident_bytes = NumberOf("VmRSS:", status).value_or(0) * kKilobyte;
  stats.peak_resident_bytes = NumberOf("VmHWM:", status).value_or(0) * kKilobyte;
  stats.anonymous_bytes = NumberOf("RssAnon:", status).value_or(0) * kKilobyte;
  stats.virtual_bytes = NumberOf("VmSize:", status).value_or(0) * kKilobyte;
  stats.open_fds = OpenFds();
  stats.max_fds = SoftLimit(RLIMIT_NOFILE);
  stats.max_virtual_bytes = SoftLimit(RLIMIT_AS);
  return stats;
}

HeapStats ReadHeapStats() {
  const struct mallinfo2 info = mallinfo2();
  return {.used_bytes = static_cast<std::int64_t>(info.uordblks + info.hblkhd),
          .kept_bytes = static_cast<std::int64_t>(info.fordblks)};
}

}  // namespace quartet
