#include "host/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace quartet {

void ForbidCoreDumps() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &none);
  // Where core_pattern is a pipe (systemd-coredump, apport) the kernel does not ask that limit.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace quartet
