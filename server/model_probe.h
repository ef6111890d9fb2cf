// Whether the model is still right, after a forward has failed.
#ifndef QUARTET_MODEL_PROBE_H_
#define QUARTET_MODEL_PROBE_H_

#include <functional>

#include "absl/status/status.h"

namespace quartet {

// Not thread-safe: the watchdog's alone.
class ModelProbe {
 public:
  // `failures`: forwards that have failed so far. `test`: the model computes what it should.
  ModelProbe(std::function<double()> failures, std::function<absl::Status()> test)
      : failures_(std::move(failures)), test_(std::move(test)) {}

  // Runs the test if a forward has failed since the last look or the last test did, so that a model
  // heals as soon as it can. What the last test said; OK before any.
  absl::Status Look();

 private:
  const std::function<double()> failures_;
  const std::function<absl::Status()> test_;
  double seen_ = 0;
  absl::Status last_;
};

}  // namespace quartet

#endif  // QUARTET_MODEL_PROBE_H_
