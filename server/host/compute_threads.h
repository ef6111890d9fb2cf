// How many threads may compute.
#ifndef QUARTET_HOST_COMPUTE_THREADS_H_
#define QUARTET_HOST_COMPUTE_THREADS_H_

#include <optional>

namespace quartet {

// The service's fixed shape: two cores' worth of computing, for small machines.
inline constexpr int kMaxComputeThreads = 2;

// `requested`: --intra-op-threads, 1..2, which wins; but never more threads than CPUs this process
// may run on. Without it: the CPU quota rounded down (a third thread on a quota of 2.5 would have
// all of them throttled), at least 1, at most kMaxComputeThreads.
int ComputeThreads(std::optional<int> requested, std::optional<double> quota_cores,
                   int usable_cpus);

// CPUs that this process may be scheduled on.
int UsableCpus();

}  // namespace quartet

#endif  // QUARTET_HOST_COMPUTE_THREADS_H_
