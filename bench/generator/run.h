// One run of the load generator: a transport, a load, a window, a report.
#ifndef QUARTET_BENCH_GENERATOR_RUN_H_
#define QUARTET_BENCH_GENERATOR_RUN_H_

#include "absl/status/statusor.h"
#include "generator/options.h"
#include "generator/report.h"

namespace quartet::bench {

// NOT_FOUND, INVALID_ARGUMENT: the texts. UNAVAILABLE: no first answer within --wait-seconds.
absl::StatusOr<Report> RunLoad(const Options& options);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_GENERATOR_RUN_H_
