// What the process's exit code tells its supervisor.
#ifndef QUARTET_EXIT_CODES_H_
#define QUARTET_EXIT_CODES_H_

namespace quartet {

enum ExitCode {
  kExitClean = 0,
  kExitBadConfig = 2,
  kExitModel = 3,          // can't be loaded, or fails its self-test
  kExitAddress = 4,        // can't be bound
  kExitDrainDeadline = 5,  // calls were left when --drain-timeout was over or a second signal came
};

}  // namespace quartet

#endif  // QUARTET_EXIT_CODES_H_
