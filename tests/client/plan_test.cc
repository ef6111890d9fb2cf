#include "operator/plan/plan.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "metrics_text.h"
#include "operator/plan/measured_server.h"

namespace quartet {
namespace {

constexpr double kGigabyte = 1e9;

TEST_CASE("replicas are what both cores and memory are enough for", "[client]") {
  struct Row {
    double cores;
    double gigabytes;
    int threads;
    int replicas;
    double cpu_request;
    bool surge_fits;
  };
  const std::vector<Row> table = {
      {0.5, 4, 1, 1, 0.35, false},  // 0.45 are left
      {1, 4, 1, 1, 0.7, false},     //
      {1.9, 4, 1, 1, 0.7, true},    // 1.71 are left
      {2, 4, 2, 1, 1.4, false},     //
      {3, 8, 2, 1, 1.4, true},      // 2.8 are left: exactly two
      {4, 8, 2, 2, 1.4, false},     // 3.8
      {5, 8, 2, 2, 1.4, true},      //
      {8, 16, 2, 4, 1.4, true},     // 7.8
      {8, 1.5, 2, 2, 1.4, false},   // 1.125 GB are left, of 0.4 each
      {8, 1.7, 2, 3, 1.4, false},   // 1.275 GB: three
      {64, 512, 2, 32, 1.4, true},  //
      {2, 0.5, 2, 0, 0, false},     // 0.375 GB
  };
  for (const Row& row : table) {
    INFO(row.cores << " cores, " << row.gigabytes << " GB");
    const Plan plan = PlanOf({.cores = row.cores, .memory = row.gigabytes * kGigabyte});
    CHECK(plan.threads == row.threads);
    CHECK(plan.replicas == row.replicas);
    CHECK(plan.cpu_request == Approx(row.cpu_request));
    CHECK(plan.surge_fits == row.surge_fits);
  }
}

TEST_CASE("capacity is that of the threads that compute, of all replicas", "[client]") {
  const Cost cost = {.per_token = 100, .per_call = 400};  // 6 tokens: 1 ms
  struct Row {
    double cores;
    double replica;
    double all;
  };
  for (const Row& row : std::vector<Row>{
           {0.5, 500, 500}, {1, 1000, 1000}, {3, 2000, 2000}, {4, 2000, 4000}, {8, 2000, 8000}}) {
    INFO(row.cores << " cores");
    const Plan plan =
        PlanOf({.cores = row.cores, .memory = 16 * kGigabyte, .tokens_per_text = 6, .cost = cost});
    CHECK(plan.replica_capacity == Approx(row.replica));
    CHECK(plan.capacity == Approx(row.all));
    CHECK_FALSE(plan.utilisation.has_value());
  }
}

Plan PlanForRate(double rate) {
  const Cost cost = {.per_token = 100, .per_call = 400};
  return PlanOf({.cores = 4,
                 .memory = 8 * kGigabyte,
                 .tokens_per_text = 6,
                 .rate = rate,
                 .cost = cost});  // 2 replicas of 2,000 texts/s
}

bool Warns(const Plan& plan, const std::string& about) {
  for (const std::string& warning : plan.warnings) {
    if (warning.find(about) != std::string::npos) return true;
  }
  return false;
}

TEST_CASE("a rate needs replicas that are used to 70 %, and above that is warned of", "[client]") {
  struct Row {
    double rate;
    double utilisation;
    double replicas;
    bool warned;
  };
  for (const Row& row : std::vector<Row>{{1, 0.00025, 1, false},
                                         {1400, 0.35, 1, false},
                                         {1401, 0.35025, 2, false},
                                         {2800, 0.7, 2, false},
                                         {2900, 0.725, 3, true},
                                         {8000, 2, 6, true}}) {
    INFO(row.rate);
    const Plan plan = PlanForRate(row.rate);
    CHECK(plan.utilisation.value() == Approx(row.utilisation));
    CHECK(plan.replicas_for_rate.value() == row.replicas);
    CHECK(Warns(plan, "of the capacity") == row.warned);
  }
}

TEST_CASE("what is special about a machine is said", "[client]") {
  const auto plan = [](double cores, double gigabytes) {
    return PlanOf({.cores = cores, .memory = gigabytes * kGigabyte});
  };
  CHECK(Warns(plan(0.5, 8), "less than one core"));
  CHECK_FALSE(Warns(plan(1, 8), "less than one core"));
  CHECK(Warns(plan(8, 1.5), "memory is short: the cores are enough for 4 replicas"));
  CHECK_FALSE(Warns(plan(8, 8), "memory is short"));
  CHECK(Warns(plan(2, 8), "the only replica"));
  CHECK_FALSE(Warns(plan(3, 8), "the only replica"));
  CHECK(Warns(plan(2, 0.5), "not enough for one replica in int8: it needs 400 MB"));
}

SeriesValues Worked() {
  return {{"quartet_inference_seconds_sum", 10},
          {"quartet_batch_tokens_sum", 100000},
          {"quartet_batch_items_sum", 5000},
          {"quartet_batch_items_count", 1250},
          {"quartet_text_tokens_sum", 110000},
          {"quartet_text_tokens_count", 5500},
          {"quartet_model_info{precision=\"fp32\"}", 1}};
}

TEST_CASE("a server's histograms say what a token costs it", "[client]") {
  const absl::StatusOr<MeasuredServer> server = MeasuredServerOf(PageOf(Worked()));
  REQUIRE(server.ok());
  CHECK(server->tokens_per_second == Approx(10000));
  CHECK(server->tokens_per_text == Approx(20));
  CHECK(server->texts_per_forward == Approx(4));
  CHECK(server->precision == Precision::kFp32);
}

TEST_CASE("a server that has not worked yet says nothing", "[client]") {
  for (const std::string series : {"quartet_inference_seconds_sum", "quartet_text_tokens_count",
                                   "quartet_batch_items_count"}) {
    SeriesValues values = Worked();
    values[series] = 0;
    CHECK(MeasuredServerOf(PageOf(values)).status().code() ==
          absl::StatusCode::kFailedPrecondition);
  }
}

}  // namespace
}  // namespace quartet
