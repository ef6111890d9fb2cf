#include "host/cpu_pace.h"

#include <catch2/catch.hpp>

namespace quartet {
namespace {

using std::chrono::milliseconds;
using Duration = CpuPace::Duration;

// A process whose forwards use `cores_in_use` cores and which pauses when it is told to.
class PacedProcess {
 protected:
  // Cores, on average, that ten seconds of forwards without an end use.
  double CoresUsed(CpuPace& pace, Duration forward, double cores_in_use) {
    const CpuPace::TimePoint start = now_;
    const Duration before = used_;
    while (now_ - start < std::chrono::seconds(10)) {
      now_ += pace.PauseAt(now_, used_);
      Compute(forward, cores_in_use);
    }
    return std::chrono::duration<double>(used_ - before) / (now_ - start);
  }
  void Compute(Duration forward, double cores_in_use) {
    now_ += forward;
    used_ += std::chrono::duration_cast<Duration>(forward * cores_in_use);
  }

  CpuPace::TimePoint now_{std::chrono::hours(1)};
  Duration used_{};
};

TEST_CASE_METHOD(PacedProcess, "below the quota nobody pauses", "[host]") {
  CpuPace pace(1.5);
  for (int i = 0; i < 1000; ++i) {
    CHECK(pace.PauseAt(now_, used_) == Duration::zero());
    Compute(milliseconds(2), 1.1);
  }
}

TEST_CASE_METHOD(PacedProcess, "a process that could use more uses nearly all of its quota",
                 "[host]") {
  struct Row {
    double quota;
    double cores_in_use;
    Duration forward;
  };
  for (const Row& row : {Row{1, 1.1, milliseconds(2)}, Row{1, 1.1, milliseconds(40)},
                         Row{0.5, 1.1, milliseconds(2)}, Row{2, 2.3, milliseconds(5)}}) {
    CpuPace pace(row.quota);
    const double used = CoresUsed(pace, row.forward, row.cores_in_use);
    INFO(row.quota << " cores");
    CHECK(used > 0.9 * row.quota);
    CHECK(used < row.quota);
  }
}

TEST_CASE_METHOD(PacedProcess, "a rest saves up a little, not a second of bursts", "[host]") {
  CpuPace pace(1);
  CHECK(pace.PauseAt(now_, used_) == Duration::zero());
  now_ += std::chrono::seconds(10);
  CHECK(pace.PauseAt(now_, used_) == Duration::zero());
  Compute(milliseconds(100), 1.1);
  // Of 110 ms 97 were earned meanwhile, and 2 were saved up.
  CHECK(pace.PauseAt(now_, used_) > milliseconds(11));
  CHECK(pace.PauseAt(now_, used_) < milliseconds(12));
}

TEST_CASE_METHOD(PacedProcess, "no pause is long", "[host]") {
  CpuPace pace(0.1);
  CHECK(pace.PauseAt(now_, used_) == Duration::zero());
  Compute(milliseconds(1000), 2);
  CHECK(pace.PauseAt(now_, used_) == CpuPace::kLongestPause);
}

}  // namespace
}  // namespace quartet
