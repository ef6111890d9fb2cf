// The plan of a start, before anything is done.
#ifndef QUARTET_STARTUP_LOG_H_
#define QUARTET_STARTUP_LOG_H_

#include <cstddef>

#include "config.h"
#include "host/cgroup.h"

namespace quartet {

// Logs `starting` with what was found and follows from it, and `settings`, one line for each source
// that a setting came from.
void LogStart(const Config& config, const CgroupStats& limits, int usable_cpus,
              std::size_t threads);

}  // namespace quartet

#endif  // QUARTET_STARTUP_LOG_H_
