#include "host/compute_threads.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

namespace quartet {
namespace {

TEST_CASE("threads follow request, quota and CPUs as this table says", "[host]") {
  struct Row {
    std::string claim;
    std::optional<int> requested;
    std::optional<double> quota;
    int cpus;
    int threads;
  };
  const std::vector<Row> table = {
      {"a free machine gives two", {}, {}, 64, 2},
      {"one CPU gives one", {}, {}, 1, 1},
      {"a quota is rounded down", {}, 1.9, 8, 1},
      {"a quota of two gives two", {}, 2.0, 8, 2},
      {"a large quota gives no more than two", {}, 16.0, 16, 2},
      {"a quota under one still gives one", {}, 0.25, 8, 1},
      {"affinity is tighter than the quota", {}, 4.0, 1, 1},
      {"a request wins over the quota", 2, 1.0, 8, 2},
      {"a request for one is one", 1, {}, 8, 1},
      {"no request makes two CPUs of one", 2, {}, 1, 1},
      {"an unknown number of CPUs gives one", {}, {}, 0, 1},
  };
  for (const Row& row : table) {
    INFO(row.claim);
    CHECK(ComputeThreads(row.requested, row.quota, row.cpus) == row.threads);
  }
}

TEST_CASE("this process may run somewhere", "[host]") { CHECK(UsableCpus() >= 1); }

}  // namespace
}  // namespace quartet
