// What the kernel counts of this process.
#ifndef QUARTET_HOST_PROCESS_STATS_H_
#define QUARTET_HOST_PROCESS_STATS_H_

#include <chrono>
#include <cstdint>
#include <optional>

namespace quartet {

struct ProcessStats {
  double cpu_seconds = 0;         // user and system
  double start_time_seconds = 0;  // since the Unix epoch
  std::int64_t threads = 0;
  std::int64_t resident_bytes = 0;
  std::int64_t peak_resident_bytes = 0;  // the most since the start, or since ResetPeakMemory
  std::int64_t anonymous_bytes = 0;      // the part of it that can't be dropped and read again
  std::int64_t virtual_bytes = 0;
  std::int64_t open_fds = 0;
  std::optional<std::int64_t> max_fds;            // absent: unlimited
  std::optional<std::int64_t> max_virtual_bytes;  // absent: unlimited
};

// What malloc has of the kernel.
struct HeapStats {
  std::int64_t used_bytes = 0;
  std::int64_t kept_bytes = 0;  // freed by the program and not given back
};

// Thread-safe. Takes each arena's lock for microseconds.
HeapStats ReadHeapStats();

// CPU time of all threads so far; a microsecond's work. Thread-safe.
std::chrono::nanoseconds ProcessCpuTime();

// Begins the peak of ReadProcessStats anew, where the kernel allows it.
void ResetPeakMemory();

// Thread-safe. What /proc does not tell is 0.
ProcessStats ReadProcessStats();

}  // namespace quartet

#endif  // QUARTET_HOST_PROCESS_STATS_H_
