#ifndef QUARTET_HOST_CORE_DUMPS_H_
#define QUARTET_HOST_CORE_DUMPS_H_

namespace quartet {

// This process leaves no core file when it crashes, and no other process of its user can read its
// memory: both would show texts of clients. /proc/PID of it belongs to root from now on (as for a
// set-user-id program, proc(5)): `smaps`, `fd` and debuggers need CAP_SYS_PTRACE; `status` and
// `stat` stay readable, and the process itself sees all of it.
void ForbidCoreDumps();

}  // namespace quartet

#endif  // QUARTET_HOST_CORE_DUMPS_H_
