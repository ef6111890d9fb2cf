#include "startup_log.h"

#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "log.h"
#include "version.h"

namespace quartet {
namespace {}  // namespace

void LogStart(const Config& config, const CgroupStats& limits, int usable_cpus,
              std::size_t threads) {
  Log(LogLevel::kInfo, "starting",
      {{"version", kVersion},
       {"pid", absl::StrCat(getpid())},
       {"cpus", absl::StrCat(usable_cpus)},
       {"cpu_limit",
        limits.cpu_limit_cores ? absl::StrFormat("%.2f", *limits.cpu_limit_cores) : "none"},
       {"threads", absl::StrCat(threads)},
       {"memory_limit",
        limits.memory_limit_bytes ? InMegabytes(*limits.memory_limit_bytes) : "none"}});
  for (const char* source : kSettingSources) {
    LogFields fields = {{"source", source}};
    for (const Setting& setting : config.settings) {
      if (setting.source == source) fields.emplace_back(setting.name, setting.value);
    }
    if (fields.size() > 1) Log(LogLevel::kInfo, "settings", fields);
  }
}

}  // namespace quartet
